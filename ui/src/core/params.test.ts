import { describe, expect, it } from 'vitest'
import { commandText, flattenParams, splitParams } from './params'

describe('params', () => {
  it('are flattened to dotted paths, lists and empty objects kept whole', () => {
    const rows = flattenParams({ hparams: { lr: 0.1, optim: { name: 'adam' } }, langs: ['de'], none: null, empty: {} })
    expect(rows.map(({ path }) => path)).toEqual(['hparams.lr', 'hparams.optim.name', 'langs', 'none', 'empty'])
  })
  it('are split into those that differ and the rest', () => {
    const [first, rest] = splitParams(flattenParams({ a: 1, b: 2 }), ['b', 'gone'])
    expect([first.map(({ path }) => path), rest.map(({ path }) => path)]).toEqual([['b'], ['a']])
  })
})

describe('a command', () => {
  it('reads as it was typed', () => {
    expect(commandText(['python', 'train.py', '--lr=1e-3', "it's here"])).toBe(`python train.py --lr=1e-3 'it'\\''s here'`)
    expect(commandText('make demo')).toBe('make demo')
    expect(commandText(undefined)).toBe('')
  })
})
