import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BrushPart } from '../../plot/axes/brush'
import { axisOf, labels, numbers, spread } from '../../plot/axes/testing'
import { brushExpression, narrowed, readBrushes, writeBrushes } from './brush-text'

const F1 = 'run.metrics["f1", {"lang": "de"}].last'
const range = (low: number, high = Infinity): BrushPart => ({ kind: 'range', low, high })

describe('text in the address', () => {
  it('is short and readable', () => {
    const brushes = new Map<string, BrushPart[]>([
      [F1, [range(0.8)]],
      ['run.technique', [{ kind: 'values', values: ['full', 'head'] }]],
      ['run.lr', [range(1e-4, 0.01), { kind: 'rail' }]],
    ])
    const texts = ['last(f1{lang=de}):0.8..', 'run.technique:=full|head', 'run.lr:0.0001..0.01', 'run.lr:none']
    expect(writeBrushes(brushes)).toEqual(texts)
    expect(readBrushes(texts)).toEqual(brushes)
  })

  it('keeps any value: numbers, words that look like numbers, separators', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string(),
      fc.constantFrom('', '5', "'", 'a|b:=c%', '1..2'),
    )
    const part = fc.oneof(
      fc.record({ kind: fc.constant('values' as const), values: fc.array(value, { minLength: 1, maxLength: 4 }) }),
      fc.record({
        kind: fc.constant('range' as const),
        low: fc.double({ noNaN: true }),
        high: fc.double({ noNaN: true }),
      }),
      fc.constant({ kind: 'rail' as const }),
    )
    fc.assert(
      fc.property(part, (one) => {
        const [read] = [...readBrushes(writeBrushes(new Map([[F1, [one]]]))).values()]
        // The address knows one zero, and only the open side of an infinite end.
        expect(JSON.stringify(read)).toBe(JSON.stringify([opened(one)]))
      }),
    )
  })

  it('leaves out what it cannot read', () => {
    expect(readBrushes(['nonsense', 'run.lr:a..b', ':1..2', 'run.lr:1..2']).size).toBe(1)
  })
})

function opened(part: BrushPart): BrushPart {
  if (part.kind !== 'range') return part
  const low = Number.isFinite(part.low) ? part.low : -Infinity
  const high = Number.isFinite(part.high) ? part.high : Infinity
  return { ...part, low, high }
}

describe('brushExpression', () => {
  const score = axisOf(numbers([...spread(20, 0.1, 0.9), NaN, null]), { key: F1, goal: 'max' })
  const tech = axisOf(labels(['full', 'head']), { key: 'run.technique' })
  const on = (key: string, parts: BrushPart[]): string | null => brushExpression([score, tech], new Map([[key, parts]]))

  it('is a comparison', () => {
    expect(on(F1, [range(0.8)])).toBe(`${F1} >= 0.8`)
    expect(on(F1, [range(0.2, 0.8)])).toBe(`${F1} >= 0.2 and ${F1} <= 0.8`)
    expect(on('run.technique', [{ kind: 'values', values: ['full'] }])).toBe('run.technique == "full"')
    expect(on('run.technique', [{ kind: 'values', values: ['full', 'a "b"'] }])).toBe(
      'run.technique in ("full", "a \\"b\\"")',
    )
  })

  it('joins parts by or inside brackets and axes by and', () => {
    const brushes = new Map<string, BrushPart[]>([
      ['run.technique', [{ kind: 'values', values: ['full'] }]],
      [F1, [range(0.8), range(-Infinity, 0.2)]],
    ])
    expect(brushExpression([score, tech], brushes)).toBe(`(${F1} >= 0.8 or ${F1} <= 0.2) and run.technique == "full"`)
  })

  it('asks for missing values and NaN alike by what they are not', () => {
    expect(on(F1, [{ kind: 'rail' }])).toBe(`not (${F1} >= 0.1 and ${F1} <= 0.9)`)
    expect(on('run.technique', [{ kind: 'rail' }])).toBe('run.technique is None')
  })

  it('writes booleans as the language does and asks both ways for mixed columns', () => {
    const debug = axisOf(labels(['true', 'false'], 'bool'), { key: 'run.debug' })
    expect(brushExpression([debug], new Map([['run.debug', [{ kind: 'values', values: ['true'] }]]]))).toBe(
      'run.debug == True',
    )
    const mixed = axisOf(labels(['20', 'all'], 'mixed'), { key: 'run.n' })
    expect(brushExpression([mixed], new Map([['run.n', [{ kind: 'values', values: ['20'] }]]]))).toBe(
      'run.n in ("20", 20)',
    )
  })

  it('is null without a brush on an axis that is drawn', () => {
    expect(brushExpression([tech], new Map([[F1, [range(1)]]]))).toBeNull()
  })
})

describe('narrowed', () => {
  it('keeps or excludes, and guards an "or" by brackets', () => {
    expect(narrowed('', 'a > 1', true)).toBe('a > 1')
    expect(narrowed('b', 'a > 1', false)).toBe('b and not (a > 1)')
    expect(narrowed('b or c', 'a > 1', true)).toBe('(b or c) and a > 1')
  })
})
