import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { averageRanks, importance, places, spearman } from './rank'
import { axisOf, labels, numbers } from './testing'

/** Ranks by counting: how many are smaller, and half of those that are equal. */
function slowRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return smaller + (equal + 1) / 2
  })
}

const few = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 20 })

describe('averageRanks', () => {
  it('averages ties and skips what is not finite', () => {
    expect([...averageRanks([3, NaN, 1, 3, Infinity])]).toEqual([2.5, NaN, 1, 2.5, NaN])
  })

  it('equals ranks by counting', () => {
    fc.assert(
      fc.property(few, (values) => {
        expect([...averageRanks(values)]).toEqual(slowRanks(values))
      }),
    )
  })
})

describe('places', () => {
  it('gives the best 1 and lets ties share the better place', () => {
    expect([...places([0.5, 0.9, 0.9, NaN, 0.1], 'max')]).toEqual([3, 1, 1, 0, 4])
    expect([...places([0.5, 0.9, 0.9, NaN, 0.1], 'min')]).toEqual([2, 3, 3, 0, 1])
  })
})

describe('spearman', () => {
  it('is 1 for any rising and -1 for any falling relation', () => {
    expect(spearman([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 12)
    expect(spearman([1, 2, 3, 4], [0, -1, -10, -100])).toBeCloseTo(-1, 12)
  })

  it('gives the textbook value: 1 - 6 Σd² / n(n² - 1) without ties', () => {
    // d = 1, -1, 2, -1, -1: Σd² = 8, n = 5.
    expect(spearman([1, 2, 3, 4, 5], [2, 1, 5, 3, 4])).toBeCloseTo(1 - (6 * 8) / (5 * 24), 12)
  })

  it('leaves out pairs with a missing value', () => {
    expect(spearman([1, NaN, 2, 3], [1, 9, 2, 3])).toBeCloseTo(1, 12)
  })

  it('is undefined for two pairs and for a constant', () => {
    expect(spearman([1, 2], [1, 2])).toBeNaN()
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNaN()
    // Means of ranks that are not whole numbers round; the answer must not.
    const many = Array.from({ length: 74 }, (_, i) => i)
    expect(
      spearman(
        many,
        many.map(() => 0.4),
      ),
    ).toBeNaN()
  })

  it('is symmetric and within -1 and 1', () => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        const n = Math.min(a.length, b.length)
        const rho = spearman(a.slice(0, n), b.slice(0, n))
        if (Number.isNaN(rho)) return
        expect(Math.abs(rho)).toBeLessThanOrEqual(1 + 1e-9)
        expect(spearman(b.slice(0, n), a.slice(0, n))).toBeCloseTo(rho, 12)
      }),
    )
  })
})

describe('importance', () => {
  const f1 = axisOf(numbers([1, 2, 3, 4, 5, 6]))
  it('is ρ between numbers, with the runs that have both', () => {
    expect(importance(axisOf(numbers([6, 5, 4, 3, null, 1])), f1)).toEqual({ kind: 'rho', value: -1, n: 5 })
  })
  it('is η for a category, either way round', () => {
    const split = axisOf(labels(['a', 'a', 'a', 'b', 'b', 'b']))
    // Ranks 1…6 in two halves: means 2 and 5, so 6 · 1.5² of 17.5 lies between them.
    const expected = Math.sqrt((6 * 1.5 ** 2) / 17.5)
    expect(importance(split, f1)).toEqual({ kind: 'eta', value: expect.closeTo(expected, 12) as number, n: 6 })
    expect(importance(f1, split).value).toBeCloseTo(expected, 12)
  })
  it('is nothing between two categories, with a constant, or with itself', () => {
    const split = axisOf(labels(['a', 'a', 'a', 'b', 'b', 'b']))
    expect(importance(split, split).kind).toBe('none')
    expect(importance(axisOf(numbers([2, 2, 2, 2, 2, 2])), f1).kind).toBe('none')
    expect(importance(f1, null).kind).toBe('none')
  })
})
