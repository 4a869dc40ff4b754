/** What the UI computes from an Arrow file beside what plain Python computes from the same one: scripts/make_vectors.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { groupRows, statsOf } from './core/runs-groups'
import { extent, readRuns } from './core/runs-table'
import { sortRows, type NumberValues } from './core/sort'
import { averageRanks, correlationRatio, places, spearman } from './plot/axes/rank'
import { histogram } from './plot/parallel/histogram'
import { leastSquares, loess } from './plot/scatter/trend'
import { momentsOf, rebin, type Histogram } from './views/objects/histogram'
import { plotColumns } from './app/axes/columns'
import { foldColumn, groupRows as foldedRows } from './app/axes/fold'

type Numbers = (number | null)[]
interface Stats {
  n: number
  mean: number
  std: number | null
  median: number
  min: number
  max: number
}
interface Vectors {
  sorted: Record<string, { true: number[]; false: number[] }>
  groups: { rows: number[]; stats: Record<string, Stats | null> }[]
  folds: Record<string, Numbers[] | (string | null)[]>
  ranks: Record<string, Numbers>
  places: { min: number[]; max: number[] }
  spearman: Record<string, number>
  correlation_ratio: number
  extent: Record<string, [number, number]>
  line: { slope: number; intercept: number; r2: number }
  loess: { x: number[]; y: number[]; bandwidth: number; fit: number[] }
  histogram: { values: number[]; counts: number[] }
  distribution: Histogram & { low: number; high: number; shares: number[]; mean: number }
}

const LR = 'run.hparams.lr'
const MODEL = 'run.hparams.model'
const F1 = 'run.metrics["f1", {"lang": "de"}].last'
const LOSS = 'run.metrics["loss"].last'

const file = (name: string): Buffer => readFileSync(new URL(`../../tests/golden/vectors/${name}`, import.meta.url))
const expected = JSON.parse(file('vectors.json').toString()) as Vectors
const table = readRuns(new Uint8Array(file('runs.arrow')))
const rows = Uint32Array.from({ length: table.length }, (_, row) => row)

function numbers(name: string): NumberValues {
  const values = table.columns.get(name)
  if (values?.kind !== 'number') throw new Error(`${name} is no column of numbers`)
  return values
}

function column(name: string) {
  return plotColumns(table).get(name)!
}

/** Equal to eleven digits, or both nothing. */
function expectClose(found: Iterable<number>, wanted: Numbers): void {
  const all = [...found]
  expect(all).toHaveLength(wanted.length)
  wanted.forEach((value, at) => {
    if (value === null) expect(all[at]).toBeNaN()
    else expect(Math.abs(all[at]! - value)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(value)))
  })
}

describe('the Runs table', () => {
  it.each(Object.keys(expected.sorted))('sorts by %s', (name) => {
    for (const descending of [true, false]) {
      const order = sortRows(rows, [{ values: numbers(name), descending }])
      expect([...order]).toEqual(expected.sorted[name]![String(descending) as 'true' | 'false'])
    }
  })

  it('groups rows and aggregates their values', () => {
    const { groups } = groupRows(rows, [numbers(LR), table.columns.get(MODEL)!], table.length)
    const found = new Map(groups.map((group) => [group.rows[0], group.rows]))
    expect(groups).toHaveLength(expected.groups.length)
    for (const group of expected.groups) {
      const own = found.get(group.rows[0]!)!
      expect([...own]).toEqual(group.rows)
      for (const [name, wanted] of Object.entries(group.stats)) {
        const stats = statsOf(numbers(name), own)
        if (wanted === null || stats === null) expect(stats).toBe(wanted)
        else {
          const { n, mean, std, median, min, max } = stats
          expectClose([n, mean, std, median, min, max], [wanted.n, wanted.mean, wanted.std, wanted.median, wanted.min, wanted.max])
        }
      }
    }
  })

  it.each([F1, LOSS])('knows the ends of %s', (name) => {
    expect(extent(numbers(name))).toEqual(expected.extent[name]!.map((value) => expect.closeTo(value, 11) as number))
  })
})

describe('the Params page', () => {
  const groups = foldedRows([column(LR), column(MODEL)], [...rows])

  it('folds the same runs', () => {
    expect(groups).toEqual(expected.groups.map((group) => group.rows))
  })

  it.each([F1, LOSS])('folds %s to medians with their ends', (name) => {
    const folded = foldColumn(column(name), groups)
    if (folded.column.type !== 'number') throw new Error('numbers fold to numbers')
    const medians = folded.column.numbers
    ;(expected.folds[name] as Numbers[]).forEach((wanted, group) => {
      // Without a finite value the column shows what is there; the spread has nothing.
      const median = wanted[1] === null ? Number.NaN : medians[group]!
      expectClose([folded.spread!.low[group]!, median, folded.spread!.high[group]!], wanted)
    })
  })

  it('folds words to the most frequent', () => {
    const { column: folded } = foldColumn(column(MODEL), foldedRows([column(LR)], [...rows]))
    if (folded.type === 'number') throw new Error('words fold to words')
    expect(Array.from(folded.codes, (code) => folded.labels[code] ?? null)).toEqual(expected.folds[MODEL])
  })

  it('ranks', () => {
    for (const name of [F1, LOSS]) expectClose(averageRanks(numbers(name).values), expected.ranks[name]!)
    for (const goal of ['min', 'max'] as const) expect([...places(numbers(F1).values, goal)]).toEqual(expected.places[goal])
  })

  it('correlates', () => {
    for (const name of [LR, LOSS]) expectClose([spearman(numbers(name).values, numbers(F1).values)], [expected.spearman[name]!])
    const words = column(MODEL)
    if (words.type === 'number') throw new Error('the models are words')
    expectClose([correlationRatio(words.codes, numbers(F1).values)], [expected.correlation_ratio])
  })

  it('counts along an axis', () => {
    const { values, counts } = expected.histogram
    const bars = histogram(Float32Array.from(values), new Uint8Array(values.length).fill(1), counts.length)
    expect(bars.map((bar) => [bar.all, bar.selected])).toEqual(counts.map((count) => [count, count]))
  })
})

describe('the trends of Scatter', () => {
  it('is the line of least squares', () => {
    const [x, y] = [numbers(F1).values, numbers(LOSS).values]
    const both = [...rows].filter((row) => Number.isFinite(x[row]) && Number.isFinite(y[row]))
    const line = leastSquares(both.map((row) => x[row]!), both.map((row) => y[row]!))!
    expectClose([line.slope, line.intercept, line.r2], [expected.line.slope, expected.line.intercept, expected.line.r2])
  })

  it('is LOESS', () => {
    const { x, y, bandwidth, fit } = expected.loess
    // The places between the ends are rounded otherwise, and x is written to twelve digits.
    loess(x, y, bandwidth)!.y.forEach((value, at) => expect(value).toBeCloseTo(fit[at]!, 8))
  })
})

describe('a distribution', () => {
  const { counts, edges, low, high, shares, mean } = expected.distribution
  it('is counted anew', () => expectClose(rebin({ counts, edges }, low, high, shares.length), shares))
  it('has a mean', () => expectClose([momentsOf({ counts, edges }).mean], [mean]))
})
