import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spread } from '../axes/testing'
import { leastSquares, loess } from './trend'

describe('leastSquares', () => {
  it('agrees with NumPy', () => {
    const line = leastSquares([1, 2, 3, 4, 5], [2, 1, 4, 3, 7])!
    expect(line.slope).toBeCloseTo(1.2, 12)
    expect(line.intercept).toBeCloseTo(-0.2, 12)
    expect(line.r2).toBeCloseTo(0.679245283018868, 12)
  })

  it('needs two different x', () => {
    expect(leastSquares([3, 3], [1, 2])).toBeNull()
    expect(leastSquares([], [])).toBeNull()
  })
})

describe('loess', () => {
  it('agrees with statsmodels 0.14, lowess(frac=0.5, it=0), at the places of the data', () => {
    const x = spread(64, 0, 1)
    const y = x.map((value, i) => Math.sin(6 * value) + ((i * 37) % 11) / 20)
    const fit = loess(x, y, 0.5)!
    const expected = [0.452306045, 0.5018841541, 1.0457028875, -0.27325981, -0.2768582324]
    ;[0, 1, 20, 40, 63].forEach((place, i) => expect(fit.y[place]).toBeCloseTo(expected[i]!, 6))
  })

  it('leaves a straight line as it is, whatever the bandwidth and the order of the points', () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 10, maxLength: 40 }), number, number, fc.double({ min: 0.6, max: 1, noNaN: true }), (x, slope, start, bandwidth) => {
        const fit = loess(x, x.map((value) => start + slope * value), bandwidth)!
        const tolerance = 1e-3 * Math.abs(slope) + 1e-6
        fit.x.forEach((at, i) => expect(Math.abs(fit.y[i]! - start - slope * at)).toBeLessThan(tolerance))
      }),
    )
  })

  it('takes the mean where all weight is on one x', () => {
    const fit = loess([0, 0, 0, 9], [1, 2, 3, 7], 0.75)!
    expect(fit.y[0]).toBeCloseTo(2, 6)
  })

  it('needs three points and two different x', () => {
    expect(loess([1, 2], [1, 2], 1)).toBeNull()
    expect(loess([1, 1, 1], [1, 2, 3], 1)).toBeNull()
  })
})
