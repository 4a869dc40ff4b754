import { describe, expect, it } from 'vitest'
import { histogram } from './histogram'
import { overlaps, placeLabels } from './labels'
import { layoutOf, leastWidth, MIN_GAP_PX, railText, tickLabels } from './layout'
import { heightAt, linesOf } from './paths'
import { buildScene, type SceneInput } from './scene'
import { axisInput, axisOf, labels, numbers, spread } from './testing'

const lr = numbers([1e-4, 1e-3, 1e-2, 1e-4, 1e-3, 1e-2])
const de = numbers([0.5, 0.6, 0.7, 0.8, 0.9, NaN])
const en = numbers([0.6, 0.7, 0.8, 0.9, 0.95, 0.95])
const loss = numbers([3, 2, 1, 5, 4, 6])

function scene(rest: Partial<SceneInput> = {}): ReturnType<typeof buildScene> {
  return buildScene({
    axes: [
      axisInput(lr, { key: 'lr' }),
      axisInput(labels(['a', 'b', 'a', 'b', 'a', 'b']), { key: 'tech' }),
      axisInput(de, { key: 'de', goal: 'max' }),
      axisInput(en, { key: 'en', goal: 'max' }),
    ],
    ids: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'],
    names: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'],
    colourKey: null,
    colourMode: 'rank',
    curved: false,
    ...rest,
  })
}

const rhos = ({ importance }: ReturnType<typeof scene>): number[] =>
  importance.map(({ kind, value }) => (kind === 'rho' ? value : NaN))

describe('buildScene', () => {
  it('colours by the last axis unless told otherwise', () => {
    expect(scene().colourAxis).toBe(3)
    expect(scene({ colourKey: 'lr' }).colourAxis).toBe(0)
    expect(scene({ colourKey: 'gone' }).colourAxis).toBe(3)
  })

  it('correlates numeric axes with the colour axis, and nothing else', () => {
    const correlation = rhos(scene())
    expect(correlation[2]).toBeCloseTo(1, 12)
    expect(correlation[0]).toBeGreaterThan(0)
    expect([correlation[1], correlation[3]]).toEqual([NaN, NaN])
    expect(rhos(scene({ colourKey: 'tech' })).every(Number.isNaN)).toBe(true)
  })

  it('lets the best by the colour axis stand out, the first of equals', () => {
    expect(scene().standout).toEqual({ run: 4, axis: 3 })
    expect(scene({ axes: [axisInput(loss, { key: 'loss', goal: 'min' })] }).standout).toEqual({ run: 2, axis: 0 })
  })

  it('falls back to the last axis with a goal', () => {
    expect(scene({ colourKey: 'lr' }).standout).toEqual({ run: 4, axis: 3 })
    expect(scene({ axes: [axisInput(lr)] }).standout).toBeNull()
  })

  it('ranks by goal', () => {
    expect([...scene().ranks[2]!]).toEqual([5, 4, 3, 2, 1, 0])
    expect(scene().ranks[0]).toBeNull()
  })

  it('holds no axis and no run', () => {
    expect(scene({ axes: [] }).standout).toBeNull()
    expect(scene({ axes: [axisInput(numbers([]), { goal: 'max' })], ids: [], names: [] }).standout).toBeNull()
  })
})

describe('histogram', () => {
  it('counts all and selected, and leaves out the empty and the missing', () => {
    const bars = histogram(Float32Array.of(0, 0.1, 0.9, 1, NaN), Uint8Array.of(1, 0, 1, 1, 1), 4)
    expect(bars).toEqual([
      { low: 0, high: 0.25, all: 2, selected: 1 },
      { low: 0.75, high: 1, all: 2, selected: 2 },
    ])
  })
})

describe('layout', () => {
  it('spaces axes evenly and scrolls rather than squeezes', () => {
    const { x, gap } = layoutOf(5, 1200, 400)
    expect(x[1]! - x[0]!).toBeCloseTo(gap, -1)
    expect(layoutOf(20, leastWidth(20), 400).gap).toBeGreaterThanOrEqual(MIN_GAP_PX - 1)
  })

  it('leaves room for a long name, within limits', () => {
    const end = (letters: number): number => layoutOf(4, 1200, 400, letters).x[3]!
    expect(end(20)).toBeLessThan(end(0))
    expect(end(500)).toBe(end(400))
  })

  it('thins labels that would touch', () => {
    const many = axisOf(labels(Array.from({ length: 100 }, (_, i) => `value ${i}`)))
    expect(tickLabels(many, 280)).toHaveLength(20)
    expect(tickLabels(axisOf(labels(['a', 'b'])), 280).map((label) => label.text)).toEqual(['a', 'b'])
  })

  it('names what lies on the rail', () => {
    expect(railText(axisOf(numbers([1, null, NaN, null, -Infinity])))).toBe('2 none, 1 NaN, 1 ±∞')
    expect(railText(axisOf(numbers([1, 2])))).toBe('')
  })
})

describe('placeLabels', () => {
  const layout = layoutOf(3, 1000, 400)
  const crowd = Uint32Array.from({ length: 40 }, (_, i) => i)
  // All runs but the last lie above the middle; the last runs along it.
  const place = Float32Array.from([...spread(39, 0.55, 0.95), 0.5])
  const lines = linesOf(layout, [place, place, place], 40, false)

  it('keeps off the own line and out of the crowd', () => {
    // Right of the last axis there are no lines to keep off.
    for (const box of placeLabels(layout, lines, 39, [80, 80, 0], crowd, [])) {
      expect(box.y).toBeGreaterThan(lines.y[39 * 3]!)
      for (const x of [box.x, box.x + box.width]) {
        const y = heightAt(lines, 39, x)
        if (!Number.isNaN(y)) expect(y < box.y || y > box.y + box.height).toBe(true)
      }
    }
  })

  it('keeps off what is taken and gives no label without a text', () => {
    const [free] = placeLabels(layout, lines, 39, [80, 0, 0], crowd, [])
    const [moved, ...rest] = placeLabels(layout, lines, 39, [80, 0, 0], crowd, [free!])
    expect(rest).toEqual([])
    expect(overlaps(moved!, free!)).toBe(false)
  })
})
