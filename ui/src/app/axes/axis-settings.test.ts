import { describe, expect, it } from 'vitest'
import { readRanges, readScales, replacedAxes, writeRange, writeScale } from './axis-settings'

const F1 = 'run.metrics["f1", {"lang": "de"}].last'

describe('scales', () => {
  it('are read and written by axis', () => {
    expect(readScales(['log:a', 'lin:b', 'cat:c', 'odd:d', 'x'])).toEqual(
      new Map([
        ['a', 'log'],
        ['b', 'linear'],
        ['c', 'category'],
      ]),
    )
    expect(writeScale(['log:a'], 'a', 'linear')).toEqual(['lin:a'])
    expect(writeScale(['log:a', 'lin:b'], 'a', null)).toEqual(['lin:b'])
    expect(writeScale([], F1, 'log')).toEqual(['log:last(f1{lang=de})'])
    expect(readScales(['log:last(f1{lang=de})']).get(F1)).toBe('log')
  })
})

describe('ranges', () => {
  it('have two ends, either of them open', () => {
    expect(readRanges(['run.lr:1e-5..', 'last(f1{lang=de}):..0.9', 'run.x:..', 'run.y:a..b', 'odd'])).toEqual(
      new Map([
        ['run.lr', [1e-5, null]],
        [F1, [null, 0.9]],
      ]),
    )
  })
  it('replace each other and go when both ends are open', () => {
    const texts = writeRange(writeRange([], F1, [0, 1]), 'run.lr', [null, 2])
    expect(texts).toEqual(['last(f1{lang=de}):0..1', 'run.lr:..2'])
    expect(writeRange(texts, F1, [0.5, null])).toEqual(['run.lr:..2', 'last(f1{lang=de}):0.5..'])
    expect(writeRange(texts, F1, [null, null])).toEqual(['run.lr:..2'])
  })
})

describe('axes that are replaced', () => {
  it('keep colour, direction and scale', () => {
    const best = F1.replace(/last$/, 'best')
    const view = { by: F1, flip: [F1], scale: ['log:last(f1{lang=de})'] }
    const patch = replacedAxes(view, ['run.lr', F1], (key) => (key === F1 ? best : key))
    expect(patch).toMatchObject({ a: ['run.lr', best], by: best, flip: [best], scale: ['log:best(f1{lang=de})'], brush: [] })
  })
})
