/** Brushes: what is selected on an axis, the runs that a set of brushes selects, and the short text of a brush. */

import { type Axis, isNumeric, slotCentre } from './axis'
import { slotText } from './axis-text'
import { decimalsFor, formatFixed, formatParam } from '../../core/format'

/** Part of a brush. Parts of one axis are joined by "or", axes by "and". An open end of a range is ±Infinity. */
export type BrushPart =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'values'; readonly values: readonly (number | string)[] }
  | { readonly kind: 'rail' } // runs without a finite value

/** By key of the axis. An axis without a brush is not in it. */
export type Brushes = ReadonlyMap<string, readonly BrushPart[]>

export interface Mask {
  readonly selected: Uint8Array // 1 a selected run
  readonly count: number
}

/**
 * Runs inside every brush; brushes of axes that are not drawn select nothing away.
 *
 * Args: members: runs to choose from, null = all.
 */
export function maskOf(
  axes: readonly Axis[],
  brushes: Brushes,
  runs: number,
  members: Uint8Array | null = null,
): Mask {
  const selected = members?.slice() ?? new Uint8Array(runs).fill(1)
  for (const axis of axes) {
    const parts = brushes.get(axis.key)
    if (parts === undefined || parts.length === 0) continue
    const inside = insideTest(axis, parts)
    for (let run = 0; run < runs; run++) if (selected[run] && !inside(run)) selected[run] = 0
  }
  let count = 0
  for (let run = 0; run < runs; run++) count += selected[run]!
  return { selected, count }
}

function insideTest(axis: Axis, parts: readonly BrushPart[]): (run: number) => boolean {
  const ranges = parts.filter((part) => part.kind === 'range')
  const values = new Set(parts.flatMap((part) => (part.kind === 'values' ? part.values : [])))
  const slots = Uint8Array.from(axis.slots, (slot) => (values.has(slot.value) ? 1 : 0))
  const rail = parts.some((part) => part.kind === 'rail')
  const numeric = isNumeric(axis)
  return (run) => {
    const value = axis.numbers[run]!
    if (Number.isNaN(value)) return rail
    if (slots.length > 0 && slots[axis.slotOf[run]!]) return true
    return numeric && ranges.some((range) => value >= range.low && value <= range.high)
  }
}

/** Whether any axis that is drawn has a brush. */
export function isBrushed(axes: readonly Axis[], brushes: Brushes): boolean {
  return axes.some((axis) => (brushes.get(axis.key)?.length ?? 0) > 0)
}

/** The brushes with those of one axis replaced; no parts = no brush. */
export function withBrush(brushes: Brushes, key: string, parts: readonly BrushPart[]): Brushes {
  const next = new Map(brushes)
  if (parts.length === 0) next.delete(key)
  else next.set(key, parts)
  return next
}

/** The parts with a value of a discrete axis taken in, or out where it was in. */
export function toggleValue(parts: readonly BrushPart[], value: number | string): BrushPart[] {
  const values = new Set(parts.flatMap((part) => (part.kind === 'values' ? part.values : [])))
  if (!values.delete(value)) values.add(value)
  const others = parts.filter((part) => part.kind !== 'values')
  return values.size === 0 ? others : [...others, { kind: 'values', values: [...values] }]
}

/**
 * The brush of an axis with one end moved by a share of the axis, upwards as drawn; a discrete axis moves by whole slots.
 *
 * Without a range yet, the end starts from the end of the axis. An end that reaches the rim is open again.
 */
export function nudged(
  axis: Axis,
  parts: readonly BrushPart[],
  end: 'low' | 'high',
  step: number,
  heightPx: number,
): BrushPart[] {
  if (axis.scale === null) return nudgedSlots(axis, parts, end, Math.sign(step))
  const range = parts.find((part) => part.kind === 'range')
  const [low, high] = range ? extentOf(axis, range.low, range.high) : [0, 1]
  const moved = Math.min(1, Math.max(0, (end === 'low' ? low : high) + step))
  const next = end === 'low' ? [Math.min(moved, high), high] : [low, Math.max(moved, low)]
  const part = rangeBetween(axis, next[0]!, next[1]!, heightPx)
  return isOpen(part) ? [] : [part]
}

function isOpen(part: BrushPart): boolean {
  return part.kind === 'range' && part.low === -Infinity && part.high === Infinity
}

function nudgedSlots(axis: Axis, parts: readonly BrushPart[], end: 'low' | 'high', step: number): BrushPart[] {
  const upwards = axis.slots.toSorted((a, b) => slotCentre(axis, a.at) - slotCentre(axis, b.at)).map((slot) => slot.value)
  const values = parts.flatMap((part) => (part.kind === 'values' ? part.values : []))
  const places = values.map((value) => upwards.indexOf(value)).filter((place) => place >= 0)
  const last = upwards.length - 1
  let [low, high] = places.length > 0 ? [Math.min(...places), Math.max(...places)] : [0, last]
  if (end === 'low') low = Math.min(high, Math.max(0, low + step))
  else high = Math.max(low, Math.min(last, high + step))
  return low === 0 && high === last ? [] : [{ kind: 'values', values: upwards.slice(low, high + 1) }]
}

/** An end this near to the end of the axis is meant to be open. */
const RIM_PX = 4

/**
 * The range between two places on a continuous axis, 0…1 as drawn.
 *
 * Ends are rounded to what one pixel can tell apart; an end at the rim is open, so that later runs beyond it count too.
 */
export function rangeBetween(axis: Axis, from: number, to: number, heightPx: number): BrushPart {
  const scale = axis.scale!
  const low = axis.flipped ? 1 - Math.max(from, to) : Math.min(from, to)
  const high = axis.flipped ? 1 - Math.min(from, to) : Math.max(from, to)
  const pixel = 1 / heightPx
  const rim = RIM_PX * pixel
  return {
    kind: 'range',
    low: low <= rim ? -Infinity : roundToPixel(scale.from, low, pixel),
    high: high >= 1 - rim ? Infinity : roundToPixel(scale.from, high, pixel),
  }
}

function roundToPixel(from: (unit: number) => number, unit: number, pixel: number): number {
  const value = from(unit)
  const step = 10 ** Math.floor(Math.log10(Math.abs(from(unit + pixel) - value)))
  return Number((Math.round(value / step) * step).toPrecision(12))
}

/** Places of a range as drawn, 0…1, lower first, clipped to the axis. */
export function extentOf(axis: Axis, low: number, high: number): [number, number] {
  const scale = axis.scale!
  const clip = (value: number): number => {
    if (value === -Infinity || (scale.kind === 'log' && value <= 0)) return 0
    return value === Infinity ? 1 : Math.min(1, Math.max(0, scale.to(value)))
  }
  const [a, b] = [clip(low), clip(high)]
  return axis.flipped ? [1 - b, 1 - a] : [a, b]
}

/** "≥ .800", "3e−4 to 1e−3", "full or head", "3 values", "no value". */
export function brushText(axis: Axis, parts: readonly BrushPart[]): string {
  return parts.map((part) => partText(axis, part)).join(' or ')
}

export function partText(axis: Axis, part: BrushPart): string {
  if (part.kind === 'rail') return 'no value'
  if (part.kind === 'values') {
    const inOrder = axis.slots.filter((slot) => part.values.includes(slot.value))
    if (inOrder.length > 3) return `${inOrder.length} values`
    return inOrder.map((slot) => slotText(axis, slot.value)).join(' or ')
  }
  const text = (value: number): string => endText(axis, value)
  if (part.high === Infinity) return part.low === -Infinity ? 'any value' : `≥ ${text(part.low)}`
  return part.low === -Infinity ? `≤ ${text(part.high)}` : `${text(part.low)} to ${text(part.high)}`
}

/** A brush is set finer than the axis is labelled: with the digits at which runs differ. */
function endText(axis: Axis, value: number): string {
  if (axis.scale === null || axis.scale.kind === 'log') return formatParam(Number(value.toPrecision(3)))
  return formatFixed(value, decimalsFor(axis.scale.from(0), axis.scale.from(1)))
}
