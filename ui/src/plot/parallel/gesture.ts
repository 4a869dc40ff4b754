/** What a pointer on the plot means: which part of which axis it is on, and the brush that a drag makes. */
import { type Axis, slotCentre } from '../axes/axis'
import { type BrushPart, extentOf, rangeBetween, toggleValue } from '../axes/brush'
import { type Layout, placeOf, yOf } from './layout'
import type { Point } from './paths'

export type Target =
  | { readonly kind: 'axis'; readonly axis: number }
  | { readonly kind: 'rail'; readonly axis: number }
  | { readonly kind: 'edge'; readonly axis: number; readonly part: number; readonly end: 'low' | 'high' }
  | { readonly kind: 'body'; readonly axis: number; readonly part: number }
  | { readonly kind: 'field' }

const AXIS_REACH_PX = 9
const RAIL_REACH_PX = 9
const EDGE_REACH_PX = 4
/** Labels of slots stand this far to the left of their axis and can be clicked too. */
const LABEL_REACH_PX = 56
const LABEL_HALF_PX = 8

type PartsOf = (axis: Axis) => readonly BrushPart[]

export function targetAt(layout: Layout, axes: readonly Axis[], partsOf: PartsOf, point: Point): Target {
  for (let i = 0; i < axes.length; i++) {
    const axis = axes[i]!
    const dx = point.x - layout.x[i]!
    if (isOnSlotLabel(layout, axis, dx, point.y)) return { kind: 'axis', axis: i }
    if (Math.abs(dx) > AXIS_REACH_PX) continue
    if (Math.abs(point.y - layout.railY) <= RAIL_REACH_PX && hasRail(axis)) return { kind: 'rail', axis: i }
    if (point.y < layout.top - EDGE_REACH_PX || point.y > layout.bottom + EDGE_REACH_PX) continue
    return onBrush(layout, axis, i, partsOf(axis), point.y) ?? { kind: 'axis', axis: i }
  }
  return { kind: 'field' }
}

function isOnSlotLabel(layout: Layout, axis: Axis, dx: number, y: number): boolean {
  if (axis.scale !== null || dx > 0 || dx < -Math.min(LABEL_REACH_PX, layout.gap * 0.4)) return false
  return axis.slots.some((slot) => Math.abs(yOf(layout, slotCentre(axis, slot.at)) - y) <= LABEL_HALF_PX)
}

function hasRail(axis: Axis): boolean {
  return axis.rail.absent + axis.rail.nan + axis.rail.infinite > 0
}

function onBrush(layout: Layout, axis: Axis, i: number, parts: readonly BrushPart[], y: number): Target | null {
  if (axis.scale === null) return null
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'range') continue
    const [low, high] = extentOf(axis, part.low, part.high)
    const [bottom, top] = [yOf(layout, low), yOf(layout, high)]
    if (Math.abs(y - top) <= EDGE_REACH_PX) return { kind: 'edge', axis: i, part: index, end: 'high' }
    if (Math.abs(y - bottom) <= EDGE_REACH_PX) return { kind: 'edge', axis: i, part: index, end: 'low' }
    if (y > top && y < bottom) return { kind: 'body', axis: i, part: index }
  }
  return null
}

export interface Drag {
  readonly target: Exclude<Target, { kind: 'field' }>
  readonly from: Point
  readonly before: readonly BrushPart[]
  /** Whether a new part is added to the others (Shift) instead of replacing them. */
  readonly adding: boolean
}

/** The parts of the axis while, and after, the pointer has been dragged to `to`. */
export function dragged(layout: Layout, axis: Axis, drag: Drag, to: Point): readonly BrushPart[] {
  const { target, from, before, adding } = drag
  if (target.kind === 'rail') return before
  const kept = adding ? before : []
  if (axis.scale === null)
    return [...kept.filter((part) => part.kind !== 'values'), valuesBetween(layout, axis, drag, to)]
  const height = layout.bottom - layout.top
  const [start, end] = [placeOf(layout, from.y), placeOf(layout, to.y)]
  if (target.kind === 'axis') return [...kept, rangeBetween(axis, start, end, height)]
  const part = before[target.part]
  if (part?.kind !== 'range') return before
  const [low, high] = extentOf(axis, part.low, part.high)
  return before.with(target.part, movedRange(axis, target, [low, high], [start, end], height))
}

function movedRange(
  axis: Axis,
  target: Extract<Target, { kind: 'edge' | 'body' }>,
  [low, high]: [number, number],
  [start, end]: [number, number],
  height: number,
): BrushPart {
  if (target.kind === 'edge') return rangeBetween(axis, target.end === 'low' ? high : low, end, height)
  const shift = Math.min(1 - high, Math.max(-low, end - start))
  return rangeBetween(axis, low + shift, high + shift, height)
}

function valuesBetween(layout: Layout, axis: Axis, drag: Drag, to: Point): BrushPart {
  const slots = [slotAt(layout, axis, drag.from.y), slotAt(layout, axis, to.y)]
  const values = axis.slots.slice(Math.min(...slots), Math.max(...slots) + 1).map((slot) => slot.value)
  const old = drag.adding ? drag.before.flatMap((part) => (part.kind === 'values' ? part.values : [])) : []
  return { kind: 'values', values: [...new Set([...old, ...values])] }
}

/** Index of the slot at a height. */
export function slotAt(layout: Layout, axis: Axis, y: number): number {
  const place = placeOf(layout, y)
  let nearest = 0
  axis.slots.forEach((slot, i) => {
    const distance = Math.abs(slotCentre(axis, slot.at) - place)
    if (distance < Math.abs(slotCentre(axis, axis.slots[nearest]!.at) - place)) nearest = i
  })
  return nearest
}

/** The parts after a click that did not become a drag: a slot or the rail toggles, a brush under the pointer goes. */
export function clicked(layout: Layout, axis: Axis, { target, from, before }: Drag): readonly BrushPart[] {
  if (target.kind === 'rail') {
    const others = before.filter((part) => part.kind !== 'rail')
    return others.length < before.length ? others : [...before, { kind: 'rail' }]
  }
  if (axis.scale === null) {
    const slot = axis.slots[slotAt(layout, axis, from.y)]
    return slot ? toggleValue(before, slot.value) : before
  }
  return target.kind === 'body' ? before.toSpliced(target.part, 1) : []
}
