import { describe, expect, it } from 'vitest'
import { roomy, yExtent } from './domain'
import { project, scaleOf, toPixel, toValue } from './scale'
import { line } from './lines.fixture'

/** A billion with steps of a thousandth: 32 bits know no difference between them. */
const STEPS = Float64Array.from([1e9, 1e9 + 1e-3, 1e9 + 2e-3, 1e9 + 3e-3])

describe('values that take 64 bits', () => {
  it('stand where they belong in the pixels of a small range', () => {
    const scale = scaleOf('linear', [1e9, 1e9 + 3e-3], [300, 0])
    const out = new Float32Array(4)
    project(scale, STEPS, 0, 4, out)
    for (const [at, pixel] of [300, 200, 100, 0].entries()) expect(Math.abs(out[at]! - pixel)).toBeLessThan(0.1)
    expect(toValue(scale, toPixel(scale, STEPS[1]!))).toBeCloseTo(STEPS[1]!, 6)
  })

  it('give the axis its range', () => {
    const steps = line([0, 1, 2, 3], [], { y: STEPS })
    expect(yExtent([steps], 'linear')).toEqual([1e9, STEPS[3]])
    const [low, high] = roomy([1e9, STEPS[3]!], 'linear')
    expect(low).toBeLessThan(1e9)
    expect(high - low).toBeLessThan(4e-3)
  })

  it.each([
    [[0, 1e308]],
    [[1e308, 1e308]],
    [[-1e308, 1e308]],
    [[-1.7e308, 1.7e308]],
    [[1.7e308, 1.79e308]],
    [[1e-300, 3e-300]],
  ] as [[number, number]][])('leave the axis %j finite, with a place for what is in it', (extent) => {
    const domain = roomy(extent, 'linear')
    expect(domain.every(Number.isFinite)).toBe(true)
    expect(domain[1] - domain[0]).toBeGreaterThan(0)
    expect(Number.isFinite(domain[1] - domain[0])).toBe(true)
    const scale = scaleOf('linear', domain, [300, 0])
    expect(toPixel(scale, domain[0])).toBeCloseTo(300, 6)
    expect(toPixel(scale, domain[1])).toBeCloseTo(0, 6)
    const middle = toPixel(scale, domain[0] / 2 + domain[1] / 2)
    expect(middle).toBeCloseTo(150, 1)
  })
})
