import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsInSight, groupSpans, layoutColumns, moveBefore, moveBy, nextSort, rowSlots, shortestOrder } from './grid-layout'

const column = (id: string, width: number, more: object = {}): { id: string; width: number } => ({ id, width, ...more })

describe('columns', () => {
  it('stand side by side, pinned ones first, after the lead', () => {
    const columns = [column('a', 100), column('c', 50, { pinned: 'right' }), column('b', 60, { pinned: 'left' })]
    const { left, free, right, leftWidth, rightWidth, width } = layoutColumns(columns, {}, 20, 0)
    expect([left, free, right].map((side) => side.map((place) => [place.column.id, place.index, place.left]))).toEqual([
      [['b', 0, 20]],
      [['a', 1, 80]],
      [['c', 2, 0]],
    ])
    expect([leftWidth, rightWidth, width]).toEqual([80, 50, 230])
  })
  it('share the spare width as they ask, but not those set by hand', () => {
    const columns = [column('a', 100, { grow: 1 }), column('b', 100, { grow: 3 }), column('c', 100)]
    expect(layoutColumns(columns, {}, 0, 500).free.map(({ width }) => width)).toEqual([150, 250, 100])
    expect(layoutColumns(columns, { b: 120 }, 0, 500).free.map(({ width }) => width)).toEqual([280, 120, 100])
  })
  it('are made only in sight when there are many', () => {
    const columns = Array.from({ length: 1000 }, (_, at) => column(String(at), 100))
    const { free } = layoutColumns(columns, {}, 0, 0)
    expect(columnsInSight(free, 1000, 2000).map((place) => place.index)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    expect(columnsInSight(free.slice(0, 10), 5000, 6000)).toHaveLength(10)
  })
  it('under one head are its neighbours of the same group', () => {
    const columns = ['x', 'x', 'y', 'x'].map((group, at) => column(String(at), 100, { group }))
    const spans = groupSpans(layoutColumns(columns, {}, 0, 0).free)
    expect(spans.map(({ left, width }) => [left, width])).toEqual([[0, 200], [200, 100], [300, 100]])
  })
})

describe('row slots', () => {
  it('cover the window, each row once', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 200 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 150 }), (first, slots, rows) => {
        const shown = rowSlots(first, slots, rows)
        expect(new Set(shown).size).toBe(Math.min(slots, rows))
        for (const row of shown) expect(row >= 0 && row < rows).toBe(true)
        const start = Math.min(Math.max(0, first), Math.max(0, rows - slots))
        expect(Math.min(...shown, Infinity)).toBe(rows ? start : Infinity)
      }),
    )
  })
  it('change one slot when the window moves by one row', () => {
    const [before, after] = [rowSlots(10, 8, 100), rowSlots(11, 8, 100)]
    expect(before.filter((row, slot) => row !== after[slot])).toEqual([10])
  })
})

describe('clicks on headers', () => {
  it('go round up, down and none', () => {
    expect(nextSort([], 'a', false, false)).toEqual(['a'])
    expect(nextSort(['a'], 'a', false, false)).toEqual(['-a'])
    expect(nextSort(['-a'], 'a', false, false)).toEqual([])
    expect(nextSort([], 'a', false, true)).toEqual(['-a'])
  })
  it('with shift keep the other keys in place', () => {
    expect(nextSort(['b'], 'a', true, false)).toEqual(['b', 'a'])
    expect(nextSort(['a', 'b'], 'a', true, false)).toEqual(['-a', 'b'])
    expect(nextSort(['-a', 'b'], 'a', true, false)).toEqual(['b'])
  })
  it('that drag move a block', () => {
    expect(moveBefore(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b'])
    expect(moveBefore(['a', 'b', 'c'], 'a', null)).toEqual(['b', 'c', 'a'])
    expect(moveBefore(['a', 'b'], 'a', 'a')).toEqual(['a', 'b'])
  })
  it('in a menu move a column by one or to an end', () => {
    const ids = ['a', 'b', 'c']
    expect(moveBy(ids, 'b', 'left')).toEqual(['b', 'a', 'c'])
    expect(moveBy(ids, 'b', 'right')).toEqual(['a', 'c', 'b'])
    expect(moveBy(ids, 'c', 'right')).toEqual(ids)
    expect(moveBy(ids, 'a', 'left')).toEqual(ids)
    expect(moveBy(ids, 'c', 'start')).toEqual(['c', 'a', 'b'])
    expect(moveBy(ids, 'a', 'end')).toEqual(['b', 'c', 'a'])
  })
  it('are told by as few ids as will do', () => {
    expect(shortestOrder(['a', 'b', 'c'], ['a', 'b', 'c'])).toEqual([])
    expect(shortestOrder(['a', 'b', 'c'], ['b', 'a', 'c'])).toEqual(['b'])
    expect(shortestOrder(['a', 'b', 'c'], ['c', 'b', 'a'])).toEqual(['c', 'b'])
  })
})
