import { describe, expect, it } from 'vitest'
import { parseSettings } from './chart-settings'
import { answer, drawing, row, state } from './metrics.fixture'
import { axesOf } from './ranges'
import { buildScene } from './scene'

const rows = [
  row({ chart: 0, x: Float64Array.from([0, 10]), y: Float32Array.from([0, 1]) }),
  row({ chart: 1, x: Float64Array.from([5, 20]), y: Float32Array.from([0, 8]) }),
]
const given = answer(rows, { charts: ['a', 'b'].map((label) => ({ label, key: {} })) })
const { facets } = buildScene(given, drawing())
const ranges = (search: string): (readonly number[])[] =>
  axesOf(facets, state(search), given.meta).flatMap(({ axes }) => [axes.x, axes.y.map((end) => Number(end.toFixed(2)))])

describe('axesOf', () => {
  it('shares x and y among charts', () => {
    expect(ranges('')).toEqual([[0, 20], [0, 8.24], [0, 20], [0, 8.24]])
  })

  it('shares no y between metrics: a loss would press a score flat', () => {
    const mixed = answer([rows[0]!, row({ ...rows[1]!, name: 'loss' })], given.meta)
    expect(axesOf(buildScene(mixed, drawing()).facets, state(''), mixed.meta)[0]!.axes.y[1]).toBeCloseTo(1.03, 6)
  })

  it('gives each chart its y when asked', () => {
    expect(ranges('?yr=own')).toEqual([[0, 20], [0, 1.03], [0, 20], [0, 8.24]])
  })

  it('takes the range of a zoom, but none that is empty', () => {
    expect(ranges('?xmin=2&xmax=4&ymin=0.5')[0]).toEqual([2, 4])
    expect(ranges('?xmin=2&xmax=4&ymin=0.5')[1]).toEqual([0.5, 8.24])
    expect(ranges('?xmin=9&xmax=4')[0]).toEqual([0, 20])
  })

  it('takes steps for whole unless a line has a part of one', () => {
    const whole = (x: number[], kind: string): boolean | undefined => {
      const some = answer([row({ x: Float64Array.from(x) })], { x: { kind, label: kind, missing: 0 } })
      return axesOf(buildScene(some, drawing()).facets, state(''), some.meta)[0]!.axes.xWhole
    }
    expect([whole([1, 2], 'epoch'), whole([1, 1.5], 'epoch'), whole([1, 2], 'relative')]).toEqual([true, false, false])
  })

  it('starts log axes at what is positive', () => {
    expect(ranges('?xs=log')[0]).toEqual([5, 20])
    expect(ranges('?ys=log&ymin=-1')[1]![0]).toBeGreaterThan(0)
  })

  it('counts outliers for each chart', () => {
    const spiky = answer([row({ x: Float64Array.from({ length: 500 }, (_, i) => i), y: Float32Array.from({ length: 500 }, (_, i) => (i === 250 ? 1e6 : i % 10)) })])
    const [axes] = axesOf(buildScene(spiky, drawing()).facets, state('?out=p99'), spiky.meta)
    expect(axes!.outside).toBe(1)
    expect(axes!.axes.y[1]).toBeLessThan(10)
  })

  it('reads seconds as durations or times', () => {
    const format = (kind: string): string => axesOf(facets, state(''), { ...given.meta, x: { kind, label: '', missing: 0 } })[0]!.axes.xFormat
    expect(['step', 'relative', 'absolute', 'metric'].map(format)).toEqual(['number', 'duration', 'time', 'number'])
  })
})

describe('axes of one chart', () => {
  it('have a scale, a range and a place of their own', () => {
    const charts = ['de', 'en'].map((label) => ({ label, key: {} }))
    const given = answer([row({ chart: 0 }), row({ chart: 1 })], { charts })
    const { facets } = buildScene(given, drawing())
    const settings = parseSettings(['ys=log,y=0.1..2,x=1..2@en'])
    const [de, en] = axesOf(facets, state(), given.meta, settings)
    expect([en!.axes.yScale, en!.axes.y, en!.axes.x]).toEqual(['log', [0.1, 2], [1, 2]])
    expect([de!.axes.yScale, de!.axes.x]).toEqual(['linear', [1, 3]])
  })
})
