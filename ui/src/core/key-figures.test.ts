import { describe, expect, it } from 'vitest'
import { keyFigures, placeOfBest } from './key-figures'
import { selectorText } from './selector'
import type { Context, RunMetric } from './wire'

function metric(name: string, context: Context = {}, last: number | null = 0.5): RunMetric {
  const goal = name.includes('loss') ? 'min' : 'max'
  return { name, context, kind: 'float', n: 2, n_nan: 0, n_inf: 0, first: last, last, min: last, max: last, mean: last, best: last, step_last: 1, step_min: 0, step_max: 1, step_best: 1, time_last: 1, goal }
}

describe('key figures', () => {
  const langs = ['de', 'es', 'fr', 'it', 'zh', 'en'].map((lang) => metric('f1', { lang, subset: 'dev' }))
  const all = [metric('loss', { subset: 'train' }), metric('lr'), metric('system.cpu'), metric('f1', { lang: 'de', subset: 'test' }), ...langs, metric('empty', {}, null)]

  it('are of what is to be great first, in dev contexts, with one of each other', () => {
    expect(keyFigures(all, []).map(selectorText)).toEqual([...langs.slice(0, 4).map(selectorText), 'loss{"subset": "train"}'])
  })

  it('are those chosen, as far as the run has them', () => {
    const chosen = ['f1{"lang": "de", "subset": "test"}', 'absent', 'lr']
    expect(keyFigures(all, chosen).map(({ name }) => name)).toEqual(['f1', 'lr'])
    expect(keyFigures(all, ['absent'])).toHaveLength(5)
  })

  it('are held-out ones where there are no others', () => {
    expect(keyFigures([metric('f1', { subset: 'test' })], [])).toHaveLength(1)
    expect(keyFigures([], [])).toEqual([])
  })
})

describe('the place of the best', () => {
  const row = { x: Float64Array.of(0, 1, 2, 3), y: Float32Array.of(Number.NaN, 0.2, 0.9, 0.9) }
  it('is the first of equals, whatever is not finite', () => {
    expect(placeOfBest(row, 'max')).toBe(2)
    expect(placeOfBest(row, 'min')).toBe(1)
    expect(placeOfBest({ x: Float64Array.of(0), y: Float32Array.of(Number.NaN) }, 'max')).toBeNull()
  })
})
