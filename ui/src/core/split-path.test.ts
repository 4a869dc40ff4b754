import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitPath } from './split-path'

describe('a long name', () => {
  it('keeps its last part', () => {
    expect(splitPath('train/encoder/layers/attention/loss')).toEqual(['train/encoder/layers/attention', '/loss'])
    expect(splitPath('hparams.optim.lr')).toEqual(['hparams.optim', '.lr'])
    expect(splitPath('loss')).toEqual(['loss', ''])
  })
  it('keeps its end where it has no parts', () => {
    expect(splitPath('a'.repeat(40) + '_12')[1]).toBe(`${'a'.repeat(7)}_12`)
  })
  it('loses no letter', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(splitPath(name).join('')).toBe(name)
      }),
    )
  })
})
