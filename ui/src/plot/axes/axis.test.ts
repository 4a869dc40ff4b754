import { describe, expect, it } from 'vitest'
import { bandHeight, positions } from './axis'
import { slotText } from './axis-text'
import { axisOf, labels, numbers, ratios, spread } from './testing'

const upTo = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i)
const repeat = <T>(values: readonly T[], times: number): T[] => Array.from({ length: times }, () => values).flat()

describe('kinds', () => {
  it('recognises what a column holds', () => {
    expect(axisOf(numbers(spread(50, 0, 1))).kind).toBe('linear')
    expect(axisOf(numbers(ratios(50, 1, 1000))).kind).toBe('log')
    expect(axisOf(numbers(spread(50, 1, 1000))).kind).toBe('linear')
    expect(axisOf(numbers(repeat([5, 20, 40], 4))).kind).toBe('ordered')
    expect(axisOf(numbers(repeat([1e-4, 3e-4, 1e-3], 4))).kind).toBe('log')
    expect(axisOf(labels(['a', 'b', 'a'])).kind).toBe('category')
    expect(axisOf(labels(['true', 'false'], 'bool')).kind).toBe('boolean')
  })

  it('keeps metrics continuous, however few their values', () => {
    const axis = axisOf(numbers(repeat([0.5, 0.6], 10)), { goal: 'max' })
    expect(axis.kind).toBe('linear')
    expect(axis.slots).toEqual([])
  })

  it('keeps a score between 0 and 1 linear, and a loss of the same spread logarithmic', () => {
    const values = [0.001, 0.02, 0.05, 0.9]
    expect(axisOf(numbers(values), { goal: 'max' }).kind).toBe('linear')
    expect(axisOf(numbers(values), { goal: 'min' }).kind).toBe('log')
  })

  it('follows a scale set by hand, where it can', () => {
    expect(axisOf(numbers(ratios(50, 1, 1000)), { scale: 'linear' }).kind).toBe('linear')
    expect(axisOf(numbers(spread(50, 1, 2)), { scale: 'log' }).kind).toBe('log')
    expect(axisOf(numbers(spread(50, -1, 1)), { scale: 'log' }).kind).toBe('linear')
  })

  it('becomes what it is told to be', () => {
    const few = numbers(repeat([5, 20, 40], 4))
    expect(axisOf(few, { scale: 'linear' })).toMatchObject({ kind: 'linear', slots: [] })
    expect(axisOf(few, { scale: 'log' }).scale?.kind).toBe('log')
    expect(axisOf(numbers(spread(20, 0, 1)), { scale: 'category', goal: 'max' }).slots).toHaveLength(20)
    expect(axisOf(labels(['1e-3', '0.1', '1']), { scale: 'log' }).kind).toBe('log')
    expect(axisOf(labels(['1e-3', 'auto']), { scale: 'log' }).kind).toBe('category')
  })

  it('ends where it is told to, and counts what lies outside', () => {
    const axis = axisOf(numbers(spread(11, 0, 10)), { range: [2, null] })
    expect([axis.scale!.from(0), axis.scale!.from(1)]).toEqual([2, 10])
    expect(axis.outside).toBe(2)
    const at = positions(axis, upTo(11))
    expect(at[0]).toBe(at[1])
    expect(at[0]).toBeLessThan(0)
    expect(axisOf(numbers(spread(11, 0, 10)), { range: [20, null] }).outside).toBe(11)
    expect(axisOf(numbers(repeat([5, 20], 4)), { range: [0, 30] }).slots).toEqual([])
  })

  it('needs each value twice before it draws slots', () => {
    expect(axisOf(numbers([1, 2, 3])).slots).toEqual([])
    expect(axisOf(numbers([1, 2, 3, 1, 2, 3])).slots).toHaveLength(3)
  })
})

describe('rail', () => {
  it('tells what is missing from what is not a number', () => {
    const axis = axisOf(numbers([0.5, null, NaN, Infinity, -Infinity, 0.7]), { goal: 'max' })
    expect(axis.rail).toEqual({ absent: 1, nan: 1, infinite: 2 })
    expect([...axis.numbers]).toEqual([0.5, NaN, NaN, NaN, NaN, 0.7])
    expect([...positions(axis, upTo(6))].map(Number.isNaN)).toEqual([false, true, true, true, true, false])
  })

  it('holds an axis on which no run has a value', () => {
    const axis = axisOf(numbers([null, null]))
    expect(axis.rail.absent).toBe(2)
    expect(axis.scale?.ticks.length).toBeGreaterThan(0)
    expect(axisOf(labels([null])).slots).toEqual([])
  })
})

describe('slots', () => {
  it('stand in reading order for words and upwards for numbers', () => {
    const words = axisOf(labels(['b10', 'a', 'b2']))
    expect(words.slots.map((slot) => slot.value)).toEqual(['a', 'b2', 'b10'])
    expect(words.slots[0]!.at).toBeGreaterThan(words.slots[2]!.at)
    const ordered = axisOf(numbers(repeat([40, 5], 3)))
    expect(ordered.slots.map((slot) => slot.value)).toEqual([5, 40])
    expect(ordered.slots[0]!.at).toBeLessThan(ordered.slots[1]!.at)
  })

  it('leave out labels that no run has', () => {
    const column = { type: 'string', codes: Int32Array.of(1, 1), labels: ['gone', 'here'] } as const
    expect(axisOf(column).slots.map((slot) => slot.value)).toEqual(['here'])
  })

  it('spread their runs over a band whose height follows the count, the last of the order on top', () => {
    const axis = axisOf(labels(['a', 'a', 'a', 'a', 'b', 'b']))
    const at = positions(axis, Uint32Array.of(0, 1, 2, 3, 5, 4))
    expect(at[3]! - at[0]!).toBeCloseTo(bandHeight(axis, 4), 6)
    expect(at[4]! - at[5]!).toBeCloseTo(bandHeight(axis, 4) / 2, 6)
    expect([...at.slice(0, 4)]).toEqual([...at.slice(0, 4)].sort((x, y) => x - y))
    expect((at[0]! + at[3]!) / 2).toBeCloseTo(axis.slots[0]!.at, 6)
  })

  it('put a single run on the centre', () => {
    const axis = axisOf(labels(['a', 'b']))
    expect([...positions(axis, upTo(2))]).toEqual([0.75, 0.25])
  })
})

describe('flip', () => {
  it('turns values upside down, but leaves the best on top of its band', () => {
    const values = spread(30, 0, 1)
    const up = positions(axisOf(numbers(values)), upTo(30))
    const down = positions(axisOf(numbers(values), { flipped: true }), upTo(30))
    expect(down[3]).toBeCloseTo(1 - up[3]!, 6)
    const slots = positions(axisOf(labels(['a', 'a', 'b', 'b']), { flipped: true }), upTo(4))
    expect(slots[1]).toBeGreaterThan(slots[0]!)
    expect(slots[0]).toBeLessThan(slots[2]!)
  })
})

describe('slotText', () => {
  it('writes a log axis in powers of ten from .05 down', () => {
    expect([3e-2, 1e-4, 0.1, 64].map((value) => slotText({ kind: 'log' }, value))).toEqual(['3e−2', '1e−4', '.1', '64'])
    expect(slotText({ kind: 'log' }, 0.000238344194)).toBe('2.383e−4')
    expect(slotText({ kind: 'ordered' }, 0.4)).toBe('.4')
    expect(slotText({ kind: 'category' }, 'adam')).toBe('adam')
  })
})
