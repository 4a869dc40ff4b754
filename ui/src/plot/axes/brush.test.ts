import { describe, expect, it } from 'vitest'
import type { BrushPart, Brushes } from './brush'
import { brushText, extentOf, isBrushed, maskOf, rangeBetween, toggleValue, withBrush, nudged } from './brush'
import { axisOf, labels, numbers, ratios, spread } from './testing'

const score = axisOf(numbers([0.65, 0.7, 0.8, 0.85, NaN, null]), { key: 'score', goal: 'max' })
const tech = axisOf(labels(['full', 'head', 'full', 'head', 'full', null]), { key: 'tech' })
const on = (...entries: [string, BrushPart[]][]): Brushes => new Map(entries)
const selected = (brushes: Brushes): number[] => [...maskOf([score, tech], brushes, 6).selected]
const from = (low: number, high = Infinity): BrushPart => ({ kind: 'range', low, high })

describe('maskOf', () => {
  it('selects all without a brush', () => {
    expect(maskOf([score, tech], on(), 6).count).toBe(6)
    expect(isBrushed([score], on())).toBe(false)
  })

  it('takes both ends of a range, and never a run without a value', () => {
    expect(selected(on(['score', [from(0.7, 0.8)]]))).toEqual([0, 1, 1, 0, 0, 0])
    expect(selected(on(['score', [from(-Infinity)]]))).toEqual([1, 1, 1, 1, 0, 0])
  })

  it('joins the parts of an axis by or, axes by and', () => {
    expect(selected(on(['score', [from(0.6, 0.66), from(0.84)]]))).toEqual([1, 0, 0, 1, 0, 0])
    expect(selected(on(['score', [from(0.7)]], ['tech', [{ kind: 'values', values: ['full'] }]]))).toEqual([
      0, 0, 1, 0, 0, 0,
    ])
  })

  it('selects the rail', () => {
    expect(selected(on(['score', [{ kind: 'rail' }]]))).toEqual([0, 0, 0, 0, 1, 1])
    expect(selected(on(['tech', [{ kind: 'rail' }]]))).toEqual([0, 0, 0, 0, 0, 1])
  })

  it('ignores a brush on an axis that is not drawn', () => {
    expect(maskOf([tech], on(['score', [from(9)]]), 6).count).toBe(6)
  })

  it('takes a range on numbers that are drawn as slots', () => {
    const epochs = axisOf(numbers([5, 20, 5, 20]), { key: 'epochs' })
    expect(epochs.slots).toHaveLength(2)
    expect([...maskOf([epochs], on(['epochs', [from(10)]]), 4).selected]).toEqual([0, 1, 0, 1])
  })
})

describe('rangeBetween', () => {
  const axis = axisOf(numbers(spread(40, 0, 1)), { goal: 'max' })

  it('rounds to what a pixel can tell apart', () => {
    expect(rangeBetween(axis, 0.50013, 0.74987, 300)).toEqual({ kind: 'range', low: 0.5, high: 0.75 })
  })

  it('is open at the rim', () => {
    expect(rangeBetween(axis, 1, 0.5, 300)).toEqual({ kind: 'range', low: 0.5, high: Infinity })
    expect(rangeBetween(axis, 0, 0.5, 300)).toEqual({ kind: 'range', low: -Infinity, high: 0.5 })
  })

  it('knows up from down on a flipped axis', () => {
    const flipped = axisOf(numbers(spread(40, 0, 1)), { goal: 'max', flipped: true })
    expect(rangeBetween(flipped, 1, 0.75, 300)).toEqual({ kind: 'range', low: -Infinity, high: 0.25 })
    expect(extentOf(flipped, -Infinity, 0.25)).toEqual([0.75, 1])
  })

  it('is drawn where it was set', () => {
    const log = axisOf(numbers(ratios(40, 1, 1000)))
    const part = rangeBetween(log, 0.25, 0.5, 300)
    const [low, high] = part.kind === 'range' ? extentOf(log, part.low, part.high) : [0, 0]
    expect(low).toBeCloseTo(0.25, 2)
    expect(high).toBeCloseTo(0.5, 2)
  })
})

describe('withBrush and toggleValue', () => {
  it('drop what is empty', () => {
    expect(withBrush(on(['a', [from(1)]]), 'a', []).size).toBe(0)
    const one = toggleValue([], 'x')
    expect(one).toEqual([{ kind: 'values', values: ['x'] }])
    expect(toggleValue(toggleValue(one, 'y'), 'x')).toEqual([{ kind: 'values', values: ['y'] }])
    expect(toggleValue(one, 'x')).toEqual([])
  })
})

describe('brushText', () => {
  it('says what is selected', () => {
    expect(brushText(score, [from(0.8)])).toBe('≥ .800')
    expect(brushText(score, [from(-Infinity, 0.7)])).toBe('≤ .700')
    expect(brushText(score, [from(0.7, 0.8), { kind: 'rail' }])).toBe('.700 to .800 or no value')
    expect(brushText(tech, [{ kind: 'values', values: ['head', 'full'] }])).toBe('full or head')
    const many = axisOf(labels(['a', 'b', 'c', 'd']))
    expect(brushText(many, [{ kind: 'values', values: ['a', 'b', 'c', 'd'] }])).toBe('4 values')
  })
})

describe('nudged', () => {
  const score = axisOf(numbers(spread(11, 0, 10)), { goal: 'max' })
  it('moves the ends of a range, and opens them at the rim', () => {
    const once = nudged(score, [], 'low', 0.1, 100)
    expect(once).toEqual([{ kind: 'range', low: 1, high: Infinity }])
    expect(nudged(score, once, 'high', -0.2, 100)).toEqual([{ kind: 'range', low: 1, high: 8 }])
    expect(nudged(score, once, 'low', -0.1, 100)).toEqual([])
  })
  it('keeps the ends in order', () => {
    expect(nudged(score, [{ kind: 'range', low: 4, high: 5 }], 'low', 0.5, 100)).toEqual([{ kind: 'range', low: 5, high: 5 }])
  })
  it('moves by whole values on a category, as drawn', () => {
    const words = axisOf(labels(['a', 'b', 'c']))
    expect(nudged(words, [], 'low', 0.02, 100)).toEqual([{ kind: 'values', values: ['b', 'a'] }])
    expect(nudged(words, [{ kind: 'values', values: ['b', 'a'] }], 'low', -0.02, 100)).toEqual([])
  })
})

describe('maskOf with members', () => {
  it('selects among them alone', () => {
    const score = axisOf(numbers([1, 2, 3]), { goal: 'max' })
    const brushes = new Map([['k', [{ kind: 'range', low: 2, high: 3 } as const]]])
    expect([...maskOf([score], brushes, 3, Uint8Array.of(1, 1, 0)).selected]).toEqual([0, 1, 0])
  })
})
