import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clippedExtent, fencedExtent, roomy, select, tight, union, xExtent, yExtent } from './domain'
import { line } from './lines.fixture'

describe('extents', () => {
  it('cover values and bands and leave out what is not finite', () => {
    const folded = line([1, 2], [5, NaN], { lo: Float32Array.from([3, NaN]), hi: Float32Array.from([8, Infinity]) })
    expect(yExtent([folded, line([1, 2], [4, -Infinity])], 'linear')).toEqual([3, 8])
    expect(yExtent([line([1], [NaN])], 'linear')).toBeNull()
  })

  it('keep to positive values on log axes', () => {
    expect(yExtent([line([1, 2, 3], [-1, 0, 0.5])], 'log')).toEqual([0.5, 0.5])
    expect(xExtent([line([0, 5, 9], [1, 1, 1])], 'log')).toEqual([5, 9])
    expect(xExtent([line([0, 5, 9], [1, 1, 1])], 'linear')).toEqual([0, 9])
  })

  it('unite, passing over empty ones', () => {
    expect(union([[1, 2], null, [0, 1]])).toEqual([0, 2])
    expect(union([null])).toBeNull()
  })
})

describe('select', () => {
  it('agrees with a sort', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }), fc.nat(), (values, at) => {
        const k = at % values.length
        expect(select(Float32Array.from(values), k)).toBe([...values].sort((a, b) => a - b)[k])
      }),
    )
  })
})

describe('fencedExtent', () => {
  it('leaves out what lies far beyond the quartiles, and nothing else', () => {
    const values = [...Array.from({ length: 99 }, (_, at) => at), 5000]
    expect(fencedExtent([line(values, values)], 'linear')).toEqual({ extent: [0, 98], outside: 1 })
    expect(fencedExtent([line([1, 2, 3], [1, 2, 3])], 'linear')).toEqual({ extent: [1, 3], outside: 0 })
  })

  it('leaves nothing out where half of the points are equal', () => {
    expect(fencedExtent([line([1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 9])], 'linear')).toBeNull()
    expect(fencedExtent([], 'linear')).toBeNull()
  })
})

describe('clippedExtent', () => {
  it('leaves out the outer share and counts it', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i)
    const clipped = clippedExtent([line(values, values)], 'linear', 0.99)
    expect(clipped?.extent).toEqual([9, 990])
    expect(clipped?.outside).toBe(18)
  })

  it('counts nothing when all values are the same', () => {
    expect(clippedExtent([line([1, 2], [3, 3])], 'linear', 0.99)).toEqual({ extent: [3, 3], outside: 0 })
    expect(clippedExtent([], 'linear', 0.99)).toBeNull()
  })
})

describe('roomy', () => {
  it('starts at zero when zero is near, else leaves some room', () => {
    expect(roomy([0.14, 0.86], 'linear')[0]).toBe(0)
    expect(roomy([0.7, 0.8], 'linear')[0]).toBeCloseTo(0.697, 9)
    expect(roomy([-5, -1], 'linear')[1]).toBe(0)
  })

  it('is never empty', () => {
    const value = fc.double({ min: 1e-9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(value, fc.constantFrom('linear' as const, 'log' as const), (at, kind) => {
        const [low, high] = roomy([at, at], kind)
        expect(low).toBeLessThan(high)
        expect(tight([at, at], kind)[0]).toBeLessThan(tight([at, at], kind)[1])
      }),
    )
  })
})
