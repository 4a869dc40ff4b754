import { describe, expect, it } from 'vitest'
import { colouring, NO_COLOUR, RAMP_BINS } from './colour'
import { axisOf, labels, numbers, spread } from './testing'

describe('by value', () => {
  it('runs from the first bin to the last, with the best last', () => {
    const values = spread(20, 0.2, 0.8)
    const up = colouring(axisOf(numbers(values), { goal: 'max' }), 'value', 20)
    expect([up.bins[0], up.bins[19]]).toEqual([0, RAMP_BINS - 1])
    expect(up.order[19]).toBe(19)
    const down = colouring(axisOf(numbers(values), { goal: 'min' }), 'value', 20)
    expect([down.bins[0], down.bins[19]]).toEqual([RAMP_BINS - 1, 0])
    expect(down.order[19]).toBe(0)
  })

  it('is logarithmic on a log axis', () => {
    const values = [1e-4, 1e-3, 1e-2, 1e-4, 1e-3, 1e-2]
    const { shareOf } = colouring(axisOf(numbers(values)), 'value', 6)
    expect(shareOf(1e-3)).toBeCloseTo(0.5, 9)
  })

  it('gives a constant the middle', () => {
    expect([...colouring(axisOf(numbers([2, 2, 2])), 'value', 3).bins]).toEqual([32, 32, 32])
  })
})

describe('by rank', () => {
  it('spends the ramp evenly on skewed values', () => {
    const values = [...spread(63, 0.9, 0.91), 0.1]
    const byRank = colouring(axisOf(numbers(values), { goal: 'max' }), 'rank', 64)
    const byValue = colouring(axisOf(numbers(values), { goal: 'max' }), 'value', 64)
    expect(new Set(byRank.bins).size).toBeGreaterThan(60)
    expect(new Set(byValue.bins).size).toBeLessThan(5)
  })

  it('gives ties one colour', () => {
    const { bins } = colouring(axisOf(numbers([1, 2, 2, 3]), { goal: 'max' }), 'rank', 4)
    expect(bins[1]).toBe(bins[2])
    expect(bins[1]).toBe(RAMP_BINS / 2)
  })
})

describe('without a value', () => {
  it('has no colour and lies at the bottom', () => {
    const { bins, order } = colouring(axisOf(numbers([0.5, NaN, null, 0.9]), { goal: 'max' }), 'rank', 4)
    expect(bins[1]).toBe(NO_COLOUR)
    expect(bins[2]).toBe(NO_COLOUR)
    expect([...order]).toEqual([1, 2, 0, 3])
  })

  it('works without an axis at all', () => {
    expect([...colouring(null, 'rank', 2).order]).toEqual([0, 1])
  })
})

describe('of categories', () => {
  it('is the slot', () => {
    const { scale, bins } = colouring(axisOf(labels(['b', 'a', null, 'b'])), 'rank', 4)
    expect(scale).toBe('palette')
    expect([...bins]).toEqual([1, 0, NO_COLOUR, 1])
  })
})
