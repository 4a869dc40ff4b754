import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { line } from './lines.fixture'
import { scaleOf, toPixel } from './scale'
import { indexAt, lowerBound, nearestIndex, nearestLine, valueAt } from './search'

const ascending = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 20 }).map((xs) => xs.sort((a, b) => a - b))

describe('lowerBound and nearestIndex', () => {
  it('agree with a scan', () => {
    fc.assert(
      fc.property(ascending, fc.integer({ min: -60, max: 60 }), (xs, value) => {
        const typed = Float64Array.from(xs)
        const first = xs.findIndex((x) => x >= value)
        expect(lowerBound(typed, value)).toBe(first < 0 ? xs.length : first)
        const distances = xs.map((x) => Math.abs(x - value))
        expect(nearestIndex(typed, value)).toBe(xs.length ? distances.indexOf(Math.min(...distances)) : -1)
      }),
    )
  })
})

describe('indexAt', () => {
  const xs = Float64Array.from([10, 20, 30])
  it('takes the nearest point, and none beyond half a gap outside', () => {
    expect([4, 5, 14, 16, 35, 36].map((x) => indexAt(xs, x))).toEqual([-1, 0, 0, 1, 2, -1])
  })

  it('knows a single point only at its place', () => {
    expect([indexAt(Float64Array.from([5]), 5), indexAt(Float64Array.from([5]), 5.1), indexAt(new Float64Array(), 1)]).toEqual([0, -1, -1])
  })
})

describe('valueAt', () => {
  it('goes straight between neighbours and nowhere outside', () => {
    const slope = line([0, 10], [1, 3])
    expect([valueAt(slope, 5), valueAt(slope, 10), valueAt(slope, -1), valueAt(slope, 11)]).toEqual([2, 3, NaN, NaN])
  })
})

describe('nearestLine', () => {
  const y = scaleOf('linear', [0, 10], [100, 0])
  const low = line([0, 10], [2, 2], { id: 'low' })
  const high = line([0, 10], [4, 4], { id: 'high' })

  it('measures up and down, and gives up beyond its reach', () => {
    expect(nearestLine([low, high], 5, toPixel(y, 2.9), y)?.id).toBe('low')
    expect(nearestLine([low, high], 5, toPixel(y, 3.1), y)?.id).toBe('high')
    expect(nearestLine([low, high], 5, toPixel(y, 9), y)).toBeNull()
  })

  it('skips latent lines, and lets folded lines win over traces that are as near', () => {
    const latent = line([0, 10], [2, 2], { weight: 'latent' })
    expect(nearestLine([latent], 5, toPixel(y, 2), y)).toBeNull()
    const ghost = line([0, 10], [3.9, 3.9], { id: 'ghost', weight: 'ghost' })
    expect(nearestLine([ghost, high], 5, toPixel(y, 3.9), y)?.id).toBe('high')
  })

  it('skips what a log axis cannot show', () => {
    const log = scaleOf('log', [0.1, 10], [100, 0])
    expect(nearestLine([line([0, 10], [0, 0])], 5, 50, log)).toBeNull()
  })
})
