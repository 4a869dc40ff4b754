import { describe, expect, it } from 'vitest'
import { keysWords, keyWord } from './keys'

describe('keys', () => {
  it('names keys shortly', () => {
    expect(keyWord('metric.context.lang')).toBe('lang')
    expect(keysWords(['run.hparams.lr', '-step'])).toBe('lr, step ↓')
    expect(keysWords([])).toBe('none')
  })
})
