import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { project, scaleOf, toPixel, toValue } from './scale'

describe('scaleOf', () => {
  it('maps the ends of the domain to the ends of the pixels, downwards too', () => {
    const y = scaleOf('linear', [0, 2], [300, 100])
    expect([toPixel(y, 0), toPixel(y, 1), toPixel(y, 2)]).toEqual([300, 200, 100])
  })

  it('places powers of ten evenly on a log scale', () => {
    const x = scaleOf('log', [1e-4, 1], [0, 400])
    expect(toPixel(x, 1e-2)).toBeCloseTo(200, 9)
    expect(toValue(x, 100)).toBeCloseTo(1e-3, 9)
  })

  it('finds back the value of every pixel', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom('linear' as const, 'log' as const), positive, positive, (kind, low, width) => {
        const scale = scaleOf(kind, [low, low * (1.01 + width)], [10, 700])
        expect(toPixel(scale, toValue(scale, 123)) / 123).toBeCloseTo(1, 3)
      }),
    )
  })
})

describe('project', () => {
  it('agrees with toPixel and has no place for what is not positive on a log axis', () => {
    const scale = scaleOf('log', [1, 100], [0, 200])
    const out = new Float32Array(4)
    project(scale, Float64Array.from([-1, 0, 10, 100]), 0, 4, out)
    expect([...out]).toEqual([NaN, NaN, 100, 200])
  })

  it('starts at `from`', () => {
    const out = new Float32Array(2)
    project(scaleOf('linear', [0, 10], [0, 100]), Float32Array.from([1, 2, 3]), 1, 3, out)
    expect([...out]).toEqual([20, 30])
  })
})
