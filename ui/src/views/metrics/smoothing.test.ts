import { describe, expect, it } from 'vitest'
import { parseSmoothing, smoothingText, smoothingWords } from './smoothing'

describe('smoothing', () => {
  it.each(['none', 'ema:0.6', 'mean:9'])('reads and writes %s', (text) => {
    expect(smoothingText(parseSmoothing(text))).toBe(text)
  })

  it.each(['ema', 'ema:1', 'ema:x', 'mean:0', 'mean:5000', 'ema:-1', 'median:3', ''])('takes %s for none', (text) => {
    expect(parseSmoothing(text)).toEqual({ kind: 'none' })
  })

  it('gives every window a middle', () => {
    expect(parseSmoothing('mean:8')).toEqual({ kind: 'mean', window: 9 })
    expect(parseSmoothing('mean:2.5')).toEqual({ kind: 'mean', window: 3 })
  })

  it('reads well', () => {
    expect(['none', 'ema:0.6', 'mean:9'].map((text) => smoothingWords(parseSmoothing(text)))).toEqual(['off', 'EMA .6', 'mean of 9'])
  })
})
