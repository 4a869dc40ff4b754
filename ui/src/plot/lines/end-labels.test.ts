import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fan, fitted, labelled, LABEL_HEIGHT_PX, MAX_LABELS, placeLabels } from './end-labels'
import { line } from './lines.fixture'
import { scaleOf } from './scale'

const plot = { left: 0, top: 0, right: 400, bottom: 100 }
const x = scaleOf('linear', [0, 40], [0, 400])
const y = scaleOf('linear', [0, 1], [100, 0])
const measure = (text: string): number => 6 * text.length

describe('fan', () => {
  it('moves nothing that is apart, and spreads evenly what collides', () => {
    expect(fan([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90])
    expect(fan([50, 50, 50], 14, 0, 100)).toEqual([36, 50, 64])
    expect(fan([0, 1], 14, 0, 100)).toEqual([0, 14])
    expect(fan([99, 100], 14, 0, 100)).toEqual([86, 100])
  })

  it('keeps order, gaps and bounds', () => {
    const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(wanted, (values) => {
        const sorted = values.sort((a, b) => a - b)
        const placed = fan(sorted, 14, 0, 300)
        const gap = Math.min(14, 300 / Math.max(1, sorted.length - 1))
        placed.forEach((at, i) => {
          expect(at).toBeGreaterThanOrEqual(-1e-6)
          expect(at).toBeLessThanOrEqual(300 + 1e-6)
          if (i > 0) expect(at - placed[i - 1]!).toBeGreaterThanOrEqual(gap - 1e-6)
        })
      }),
    )
  })
})

describe('labelled', () => {
  it('gives no more than so many names, and none to a trace behind others', () => {
    const lines = (n: number): ReturnType<typeof line>[] => Array.from({ length: n }, (_, i) => line([1], [1], { label: `run ${i}` }))
    expect(labelled(lines(MAX_LABELS))).toHaveLength(MAX_LABELS)
    expect(labelled(lines(MAX_LABELS + 1))).toHaveLength(0)
    expect(labelled([line([1], [1], { weight: 'ghost' }), line([1], [1], { label: '' })])).toHaveLength(0)
  })
})

describe('placeLabels', () => {
  it('orders labels by value, one column for each place where lines end', () => {
    const lines = [
      line([0, 40], [0.5, 0.5], { id: 'low', label: 'low' }),
      line([0, 40], [0.5, 0.52], { id: 'high', label: 'high' }),
      line([0, 20], [0.5, 0.5], { id: 'short', label: 'short' }),
    ]
    const placed = placeLabels(lines, plot, x, y, measure)
    expect(placed.map((label) => label.text)).toEqual(['high', 'low', 'short'])
    expect(placed[1]!.y - placed[0]!.y).toBeCloseTo(LABEL_HEIGHT_PX, 6)
    expect(placed[2]!.x).toBe(215)
    expect(placed[2]!.y).toBe(placed[2]!.fromY)
  })

  it('takes the value where a zoom cuts the line, and leaves out lines that are elsewhere', () => {
    const half = scaleOf('linear', [0, 20], [0, 400])
    const lines = [line([0, 40], [0, 1]), line([30, 40], [0, 1], { label: 'b' }), line([0, 40], [3, 3], { label: 'c' })]
    const placed = placeLabels(lines, plot, half, y, measure)
    expect(placed).toHaveLength(1)
    expect(placed[0]).toMatchObject({ fromX: 400, fromY: 50 })
  })
})

describe('the name of a group', () => {
  const ends = (xs: number[], ys: number[]): ReturnType<typeof line>[] =>
    xs.map((at, i) => line([0, at], [0.5, ys[i]!], { id: `${i}`, label: 'lr .1' }))

  it('is written once, at the middle of the lines that end furthest to the right', () => {
    const placed = placeLabels(ends([40, 40, 40, 20], [0.1, 0.9, 0.4, 0.5]), plot, x, y, measure)
    expect(placed.map((label) => [label.line.id, label.text])).toEqual([['2', 'lr .1']])
  })

  it('is not taken for that of another group that reads the same', () => {
    const [one, two] = ends([40, 40], [0.1, 0.9])
    expect(placeLabels([one!, { ...two!, group: '=b' }], plot, x, y, measure)).toHaveLength(2)
  })

  it('is there however many lines the group has', () => {
    const many = ends(Array<number>(100).fill(40), Array<number>(100).fill(0.5))
    expect(placeLabels(many, plot, x, y, measure)).toHaveLength(1)
  })
})

describe('fitted', () => {
  it('shortens long names', () => {
    expect(fitted('short', measure)).toEqual({ text: 'short', width: 30 })
    const long = fitted('x'.repeat(50), measure)
    expect(long.text.endsWith('…')).toBe(true)
    expect(long.width).toBeLessThanOrEqual(120)
  })
})
