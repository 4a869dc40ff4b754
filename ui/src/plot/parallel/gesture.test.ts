import { describe, expect, it } from 'vitest'
import type { BrushPart } from '../axes/brush'
import { clicked, type Drag, dragged, slotAt, targetAt } from './gesture'
import { layoutOf, yOf } from './layout'
import { axisOf, labels, numbers, spread } from '../axes/testing'

const score = axisOf(numbers([...spread(39, 0, 1), null]), { key: 'score', goal: 'max' })
const tech = axisOf(labels(['a', 'b', 'c', ...Array.from({ length: 37 }, () => 'a')]), { key: 'tech' })
const axes = [score, tech]
const layout = layoutOf(2, 800, 400)
const at = (axis: number, place: number): { x: number; y: number } => ({ x: layout.x[axis]!, y: yOf(layout, place) })
const none = (): BrushPart[] => []
const half: BrushPart = { kind: 'range', low: 0.4, high: 0.6 }
const drag = (target: Drag['target'], place: number, rest: Partial<Drag> = {}): Drag => ({
  target,
  from: at(target.axis, place),
  before: [],
  adding: false,
  ...rest,
})

describe('targetAt', () => {
  it('tells axis, rail and field apart', () => {
    expect(targetAt(layout, axes, none, at(0, 0.5))).toEqual({ kind: 'axis', axis: 0 })
    expect(targetAt(layout, axes, none, { x: layout.x[0]!, y: layout.railY })).toEqual({ kind: 'rail', axis: 0 })
    expect(targetAt(layout, axes, none, { x: layout.x[1]!, y: layout.railY })).toEqual({ kind: 'field' })
    expect(targetAt(layout, axes, none, { x: layout.x[0]! + 60, y: 150 })).toEqual({ kind: 'field' })
  })

  it('finds the ends and the body of a brush', () => {
    const brushed = (): BrushPart[] => [half]
    expect(targetAt(layout, [score], brushed, at(0, 0.6))).toMatchObject({ kind: 'edge', end: 'high' })
    expect(targetAt(layout, [score], brushed, at(0, 0.4))).toMatchObject({ kind: 'edge', end: 'low' })
    expect(targetAt(layout, [score], brushed, at(0, 0.5))).toMatchObject({ kind: 'body', part: 0 })
  })

  it('takes the label of a value for the value', () => {
    const { y } = at(1, 0.5)
    expect(targetAt(layout, axes, none, { x: layout.x[1]! - 30, y })).toEqual({ kind: 'axis', axis: 1 })
  })
})

describe('dragged', () => {
  it('makes a range, replacing the old one', () => {
    const parts = dragged(layout, score, drag({ kind: 'axis', axis: 0 }, 0.2, { before: [half] }), at(0, 0.3))
    expect(parts).toEqual([{ kind: 'range', low: 0.2, high: 0.3 }])
  })

  it('adds a range with Shift', () => {
    const parts = dragged(
      layout,
      score,
      drag({ kind: 'axis', axis: 0 }, 0.2, { before: [half], adding: true }),
      at(0, 0.3),
    )
    expect(parts).toHaveLength(2)
  })

  it('moves an end and the whole', () => {
    const edge = drag({ kind: 'edge', axis: 0, part: 0, end: 'high' }, 0.6, { before: [half] })
    expect(dragged(layout, score, edge, at(0, 0.8))).toEqual([{ kind: 'range', low: 0.4, high: 0.8 }])
    const body = drag({ kind: 'body', axis: 0, part: 0 }, 0.5, { before: [half] })
    expect(dragged(layout, score, body, at(0, 0.6))).toEqual([{ kind: 'range', low: 0.5, high: 0.7 }])
  })

  it('does not push a brush over the rim', () => {
    const body = drag({ kind: 'body', axis: 0, part: 0 }, 0.5, { before: [half] })
    expect(dragged(layout, score, body, at(0, 1))).toEqual([{ kind: 'range', low: 0.8, high: Infinity }])
  })

  it('takes values on a discrete axis', () => {
    const parts = dragged(layout, tech, drag({ kind: 'axis', axis: 1 }, 0.9), at(1, 0.5))
    expect(parts).toEqual([{ kind: 'values', values: ['a', 'b'] }])
  })
})

describe('clicked', () => {
  it('toggles a value', () => {
    const press = drag({ kind: 'axis', axis: 1 }, 0.5)
    expect(clicked(layout, tech, press)).toEqual([{ kind: 'values', values: ['b'] }])
    expect(clicked(layout, tech, { ...press, before: [{ kind: 'values', values: ['b'] }] })).toEqual([])
  })

  it('clears a brush: inside it that one, beside it all', () => {
    const before: BrushPart[] = [half, { kind: 'range', low: 0.9, high: Infinity }]
    expect(clicked(layout, score, drag({ kind: 'body', axis: 0, part: 0 }, 0.5, { before }))).toEqual([before[1]])
    expect(clicked(layout, score, drag({ kind: 'axis', axis: 0 }, 0.1, { before }))).toEqual([])
  })

  it('toggles the rail', () => {
    const rail = clicked(layout, score, drag({ kind: 'rail', axis: 0 }, 0, { before: [half] }))
    expect(rail).toEqual([half, { kind: 'rail' }])
    expect(clicked(layout, score, drag({ kind: 'rail', axis: 0 }, 0, { before: rail }))).toEqual([half])
  })
})

describe('slotAt', () => {
  it('is the nearest', () => {
    expect(slotAt(layout, tech, yOf(layout, 0.95))).toBe(0)
    expect(slotAt(layout, tech, yOf(layout, 0.05))).toBe(2)
  })
})
