import { describe, expect, it } from 'vitest'
import { spread } from '../axes/testing'
import { overlaps, placeLabels } from './labels'
import { layoutOf } from './layout'
import { heightAt, linesOf } from './paths'

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
