import { describe, expect, it } from 'vitest'
import { gridOf } from './grid'

describe('gridOf', () => {
  it('puts up to four charts in a row on a wide page, and balances rows', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => gridOf(n, 1400, 400).columns)).toEqual([1, 2, 3, 4, 3, 3])
  })

  it('packs many more tightly, up to six', () => {
    expect(gridOf(18, 1400, 400).columns).toBe(6)
    expect(gridOf(18, 3000, 400).columns).toBe(6)
    expect(gridOf(18, 900, 400).columns).toBe(4)
  })

  it('fills the height, but never below what can be read', () => {
    expect(gridOf(3, 1400, 400).rowHeight).toBe(400)
    expect(gridOf(18, 1400, 400).rowHeight).toBe(200)
    expect(gridOf(1, 100, 50)).toEqual({ columns: 1, rowHeight: 200 })
  })
})

describe('columns that were asked for', () => {
  it('are taken as far as there is room, with charts as high as the view or half as wide', () => {
    expect(gridOf(18, 1400, 400, 3)).toEqual({ columns: 3, rowHeight: 210 })
    expect(gridOf(2, 1400, 400, 1)).toEqual({ columns: 1, rowHeight: 400 })
    expect(gridOf(18, 390, 400, 6).columns).toBe(2)
    expect(gridOf(2, 1400, 400, 6).columns).toBe(2)
  })
})
