import { describe, expect, it } from 'vitest'
import { line } from '../../plot/lines/lines.fixture'
import { factsOf, foldWords, pointWords, rimKindWords, rimWords, summaryOf } from './chart-words'
import { answer, drawing, fold, RATES, row, state } from './metrics.fixture'
import { axesOf, type FacetAxes } from './ranges'
import { buildScene, type Facet } from './scene'

function chart(rows: Parameters<typeof answer>[0], search = '', more = {}): [Facet, FacetAxes] {
  const given = answer(rows, RATES)
  const { facets } = buildScene(given, drawing(more))
  return [facets[0]!, axesOf(facets, state(search), given.meta)[0]!]
}

describe('factsOf', () => {
  it('says that points were left out, and says nothing once all are there', () => {
    expect(factsOf(...chart([row({ points: 36 })]))).toEqual(['n = 1 run', '1 of 12 points'])
    expect(factsOf(...chart([row()]))).toEqual(['n = 1 run'])
  })

  it('counts points of a fold as those of its runs', () => {
    expect(factsOf(...chart([fold({ points: 5 })], '', { fold: true }))[0]).toBe('n = 1 run')
    expect(factsOf(...chart([fold({ points: 50 })], '', { fold: true }))).toContain('1 of 10 points')
  })

  it('counts what is not finite, and what a log axis has no place for', () => {
    const odd = row({ y: Float32Array.from([0, -1, 1]), nNan: 2, nInf: 1, points: 6 })
    expect(factsOf(...chart([odd], '?ys=log'))).toEqual(['n = 1 run', '✕ 2 NaN', '▲ 1 Inf', '2 points ≤ 0 not shown'])
  })
})

describe('summaryOf', () => {
  it('tells the picture in words, with the best line at the end', () => {
    const rows = [row({ y: Float32Array.from([0, 0.2, 0.3]) }), row({ run: 'r2', color: 1 })]
    expect(summaryOf(...chart(rows), 'max')).toBe('f1, lang de: 2 lines by epoch from 1 to 3, y from .000 to .772. Best at the end: 1e−2 with .500.')
    expect(summaryOf(...chart(rows), 'min')).toContain('Best at the end: 1e−3')
    expect(summaryOf(...chart([row({ nNan: 1 })]), 'max')).toMatch(/1 line .*1 point not finite/)
  })
})

describe('words of a point', () => {
  it('are place, name and value', () => {
    const [, axes] = chart([row()])
    expect(pointWords(line([], []), 'run-7', 2, 0.75, axes)).toBe('epoch 2: run-7 .750')
  })

  it('tell how a fold came about', () => {
    expect(foldWords({ line: 'median', band: 'minmax' }, 15)).toBe('median of 15 runs; band: min to max')
    expect(foldWords({ line: 'mean', band: 'std' }, 1)).toBe('mean of 1 run')
  })

  it('say what is not finite at a mark', () => {
    expect(rimKindWords({ left: 0, x: 0, count: 4, kinds: new Map([['nan', 3], ['-inf', 1]]), lines: new Map() })).toBe('1 −Inf, 3 NaN')
  })

  it('name the runs at a mark, the first four of many', () => {
    const lines = new Map(['a', 'b', 'c', 'd', 'e', 'f'].map((id, at) => [line([], [], { id }), at + 1]))
    expect(rimWords({ left: 0, x: 0, count: 21, kinds: new Map(), lines }, ({ id }) => id)).toBe('a, b (2), c (3), d (4) and 2 more')
  })
})
