import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GAP_PX, HEAD_PX, inSight, layoutBoxes, stretched } from './layout'

describe('layout', () => {
  const box = { width: 100, height: 50 }
  it('flows boxes in lines as wide as there is room', () => {
    const made = layoutBoxes(Array.from({ length: 5 }, () => ({ row: 0, column: 0 })), 1, 1, box, 340, false)
    expect([...made.left]).toEqual([0, 112, 224, 0, 112])
    expect([...made.top]).toEqual([0, 0, 0, 62, 62])
  })
  it('gives each group of rows a head and each column its place', () => {
    const made = layoutBoxes([{ row: 0, column: 1 }, { row: 1, column: 0 }, { row: 1, column: 0 }], 2, 2, box, 200, true)
    expect([...made.left]).toEqual([112, 0, 0])
    expect([...made.top]).toEqual([HEAD_PX, 134, 134 + 50 + GAP_PX])
    expect(made.bands.map(({ top }) => top)).toEqual([0, 102])
  })
  it('never lets boxes overlap', () => {
    const items = fc.array(fc.record({ row: fc.nat(3), column: fc.nat(2) }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(items, fc.integer({ min: 50, max: 2000 }), (list, width) => {
        const made = layoutBoxes(list, 4, 3, box, width, true)
        const places = list.map((_, at) => `${made.left[at]} ${made.top[at]}`)
        expect(new Set(places).size).toBe(list.length)
        expect(Math.max(...made.top) + box.height).toBeLessThanOrEqual(made.height)
        expect(inSight(made, box, 0, made.height, 0, 1e9)).toHaveLength(list.length)
      }),
    )
  })
  it('finds what a window touches', () => {
    const made = layoutBoxes(Array.from({ length: 5000 }, () => ({ row: 0, column: 0 })), 1, 1, box, 340, false)
    expect(inSight(made, box, 62, 124, 0, 340)).toEqual([3, 4, 5])
  })
  it('stretches boxes until they fill their line', () => {
    expect(stretched(box, 340).width).toBe(105)
    expect(stretched(box, 90)).toEqual(box)
    expect(stretched(box, 0)).toEqual(box)
  })
})
