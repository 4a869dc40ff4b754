import { describe, expect, it } from 'vitest'
import { sparkOf } from './sparks'

describe('a sparkline', () => {
  it('fills its box', () => {
    expect(sparkOf(Float64Array.of(0, 5, 10), Float32Array.of(1, 3, 2))).toEqual({
      path: 'M0.000 1.000L0.500 0.000L1.000 0.500',
      end: [1, 0.5],
      low: 1,
      high: 3,
    })
  })
  it('breaks where a value is not finite', () => {
    expect(sparkOf(Float64Array.of(0, 1, 2, 4), Float32Array.of(0, Number.NaN, 1, Infinity))?.path).toBe('M0.000 1.000M0.500 0.000')
  })
  it('of one value stands in the middle', () => {
    expect(sparkOf(Float64Array.of(7), Float32Array.of(2))?.end).toEqual([0.5, 0.5])
  })
  it('without a value is none', () => {
    expect(sparkOf(Float64Array.of(0), Float32Array.of(Number.NaN))).toBeNull()
    expect(sparkOf(Float64Array.of(), Float32Array.of())).toBeNull()
  })
})
