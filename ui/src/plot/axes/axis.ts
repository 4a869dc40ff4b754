/** One parallel axis: what its values are and where on it each run lies. */

import { linearAxis, logAxis, looksLogarithmic, type UnitScale } from './scale'

export type Goal = 'max' | 'min'
export type AxisKind = 'linear' | 'log' | 'ordered' | 'category' | 'boolean'

/** Values of a column, one a run. `absent` tells a run without a value from one whose value is NaN. */
export interface NumberColumn {
  readonly type: 'number'
  readonly numbers: Float64Array
  readonly absent: Uint8Array
}

/** Codes into `labels`; -1 = absent. */
export interface LabelColumn {
  readonly type: 'string' | 'bool' | 'mixed'
  readonly codes: Int32Array
  readonly labels: readonly string[]
}

export type Column = NumberColumn | LabelColumn

/** What an axis can be told to be, whatever its values look like. */
export type ScaleChoice = 'linear' | 'log' | 'category'

/** Ends of an axis set by hand; null = where the values end. */
export type AxisRange = readonly [low: number | null, high: number | null]

/** Least and greatest value of the runs that a line stands for; NaN where it has none. */
export interface Spread {
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface AxisInput {
  /** The column entry of the API; identifies the axis. */
  readonly key: string
  readonly title: string
  readonly note: string
  /** Given for metrics, which are never cut into slots; null for params. */
  readonly goal: Goal | null
  readonly column: Column
  readonly flipped: boolean
  /** Overrules the recognised scale. */
  readonly scale: ScaleChoice | null
  readonly range?: AxisRange | null
  readonly spread?: Spread | null
}

/** One value of a discrete axis and the runs that have it. */
export interface Slot {
  /** The number, or the label of a category. */
  readonly value: number | string
  readonly at: number // centre, 0…1
  readonly count: number
}

/** Runs that have no place on the axis, by reason. */
export interface Rail {
  readonly absent: number
  readonly nan: number
  readonly infinite: number
}

export interface Axis {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly goal: Goal | null
  readonly kind: AxisKind
  readonly column: Column
  readonly flipped: boolean
  /** Finite numbers for ranks and colours: the value, the slot of a category in alphabetical order, else NaN. */
  readonly numbers: Float64Array
  readonly scale: UnitScale | null // of a continuous axis
  readonly slots: readonly Slot[] // of a discrete axis
  readonly slotOf: Int16Array // slot of each run; -1 = none
  readonly rail: Rail
  /** Runs beyond the ends that were set by hand. */
  readonly outside: number
  readonly spread: Spread | null
}

/** A number param with at most this many distinct values is drawn as slots. */
const MAX_ORDERED = 12
/** As many values as can be told apart when an axis of numbers is made a category by hand. */
const MAX_CATEGORIES = 200
/** Share of a slot that the band of its most frequent value fills. */
const BAND_SHARE = 0.62

export function buildAxis(input: AxisInput): Axis {
  if (input.column.type === 'number') return numberAxis(input, input.column)
  const asNumbers = input.scale === 'linear' || input.scale === 'log' ? numbersOf(input.column) : null
  return asNumbers ? numberAxis(input, asNumbers) : labelAxis(input, input.column)
}

/** Words that are numbers, as numbers, where an axis is told to be one; null where a word is none. */
function numbersOf({ codes, labels }: LabelColumn): NumberColumn | null {
  const values = labels.map((label) => (label.trim() === '' ? NaN : Number(label)))
  if (values.some(Number.isNaN)) return null
  return {
    type: 'number',
    numbers: Float64Array.from(codes, (code) => values[code] ?? NaN),
    absent: Uint8Array.from(codes, (code) => (code < 0 ? 1 : 0)),
  }
}

function numberAxis(input: AxisInput, column: NumberColumn): Axis {
  const { numbers, rail } = finitePart(column)
  const distinct = distinctSorted(numbers)
  const told = input.scale === 'linear' || input.scale === 'log'
  const log = told ? input.scale === 'log' && distinct[0]! > 0 : recognisedAsLog(distinct, input.goal)
  const common = { ...identity(input), column, numbers, rail, outside: 0, spread: input.spread ?? null }
  if (isDiscrete(input, distinct.length, numbers.length - rail.absent - rail.nan - rail.infinite)) {
    const { slots, slotOf } = slotsOf(numbers, distinct)
    return { ...common, kind: log ? 'log' : 'ordered', scale: null, slots, slotOf }
  }
  const scale = continuousScale(distinct, log, input.range ?? null)
  const [bottom, top] = [scale.from(0), scale.from(1)]
  const outside = input.range ? numbers.reduce((n, value) => n + (value < bottom || value > top ? 1 : 0), 0) : 0
  return { ...common, kind: scale.kind, scale, slots: [], slotOf: new Int16Array(0), outside }
}

function isDiscrete({ goal, scale, range }: AxisInput, distinct: number, runs: number): boolean {
  if (scale === 'category') return distinct > 0 && distinct <= MAX_CATEGORIES
  if (scale !== null || range || goal !== null) return false
  return distinct > 0 && distinct <= MAX_ORDERED && runs >= 2 * distinct
}

function continuousScale(distinct: Float64Array, log: boolean, range: AxisRange | null): UnitScale {
  const [from, to] = range ?? [null, null]
  let low = from ?? distinct[0] ?? 0
  let high = to ?? distinct[distinct.length - 1] ?? 1
  // An end set by hand may lie beyond all values.
  if (low > high) [low, high] = from === null ? [high, high] : [low, low]
  const ends = { from: from !== null, to: to !== null }
  if (log && low > 0) return logAxis(low, high, ends)
  return linearAxis(low, high, { whole: distinct.every(Number.isInteger) && range === null, ...ends })
}

/** A score between 0 and 1 that is to grow stays linear: what matters is its top, which a log axis would press together. */
function recognisedAsLog(distinct: Float64Array, goal: Goal | null): boolean {
  const score = goal === 'max' && distinct.length > 0 && distinct[distinct.length - 1]! <= 1
  return !score && looksLogarithmic(distinct)
}

function finitePart(column: NumberColumn): { numbers: Float64Array; rail: Rail } {
  const numbers = new Float64Array(column.numbers.length)
  let absent = 0
  let nan = 0
  let infinite = 0
  for (let i = 0; i < numbers.length; i++) {
    const value = column.numbers[i]!
    numbers[i] = column.absent[i] || !Number.isFinite(value) ? NaN : value
    if (column.absent[i]) absent++
    else if (Number.isNaN(value)) nan++
    else if (!Number.isFinite(value)) infinite++
  }
  return { numbers, rail: { absent, nan, infinite } }
}

export function distinctSorted(numbers: Float64Array): Float64Array {
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort()
  return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
}

function slotsOf(numbers: Float64Array, distinct: Float64Array): { slots: Slot[]; slotOf: Int16Array } {
  const index = new Map<number, number>()
  distinct.forEach((value, i) => index.set(value, i))
  const slotOf = Int16Array.from(numbers, (value) => index.get(value) ?? -1)
  const counts = countSlots(slotOf, distinct.length)
  const slots = Array.from(distinct, (value, i) => ({
    value,
    at: (i + 0.5) / distinct.length,
    count: counts[i]!,
  }))
  return { slots, slotOf }
}

function labelAxis(input: AxisInput, column: LabelColumn): Axis {
  const used = new Uint32Array(column.labels.length)
  let absent = 0
  for (const code of column.codes) {
    if (code < 0) absent++
    else used[code]!++
  }
  const natural = new Intl.Collator('en', { numeric: true }).compare
  const codes = [...used.keys()].filter((code) => used[code]! > 0)
  codes.sort((a, b) => natural(column.labels[a]!, column.labels[b]!))
  const slotOfCode = new Int16Array(column.labels.length).fill(-1)
  codes.forEach((code, i) => (slotOfCode[code] = i))
  const slotOf = Int16Array.from(column.codes, (code) => (code < 0 ? -1 : slotOfCode[code]!))
  // Reading order: the first label is at the top.
  const slots = codes.map((code, i) => ({
    value: column.labels[code]!,
    at: 1 - (i + 0.5) / codes.length,
    count: used[code]!,
  }))
  return {
    ...identity(input),
    kind: column.type === 'bool' ? 'boolean' : 'category',
    column,
    numbers: Float64Array.from(slotOf, (slot) => (slot < 0 ? NaN : slot)),
    scale: null,
    slots,
    slotOf,
    rail: { absent, nan: 0, infinite: 0 },
    outside: 0,
    spread: null,
  }
}

function identity(input: AxisInput): Pick<Axis, 'key' | 'title' | 'note' | 'goal' | 'flipped'> {
  const { key, title, note, goal, flipped } = input
  return { key, title, note, goal, flipped }
}

function countSlots(slotOf: Int16Array, n: number): Uint32Array {
  const counts = new Uint32Array(n)
  for (const slot of slotOf) if (slot >= 0) counts[slot]!++
  return counts
}

/** Whether a larger value of the axis means anything: slots of a category have no order to correlate. */
export function isNumeric(axis: Axis): boolean {
  return axis.column.type === 'number'
}

/**
 * Where each run lies, 0 = bottom … 1 = top; NaN = on the rail.
 *
 * The runs of one slot are spread over a band whose height follows their number, in the order given by `order`
 * (first = lowest), so that thousands of lines do not fall into one stroke and the best of a value lies on its top.
 */
export function positions(axis: Axis, order: Uint32Array): Float32Array {
  const result = new Float32Array(axis.numbers.length).fill(NaN)
  if (axis.scale !== null) {
    for (let i = 0; i < result.length; i++) result[i] = placeOn(axis, axis.numbers[i]!)
    return result
  }
  const seen = new Uint32Array(axis.slots.length)
  for (const run of order) {
    const slot = axis.slotOf[run]!
    if (slot < 0) continue
    const { at, count } = axis.slots[slot]!
    const spread = count > 1 ? seen[slot]! / (count - 1) - 0.5 : 0
    seen[slot]!++
    result[run] = slotCentre(axis, at) + spread * bandHeight(axis, count)
  }
  return result
}

/** How far beyond the end of its axis a line goes whose value lies outside. */
const RIM = 0.02

/** Place of a value on a continuous axis as drawn; NaN without one. */
export function placeOn(axis: Axis, value: number): number {
  const scale = axis.scale!
  const unit = value <= 0 && scale.kind === 'log' ? -RIM : Math.min(1 + RIM, Math.max(-RIM, scale.to(value)))
  return axis.flipped ? 1 - unit : unit
}

export function slotCentre(axis: Axis, at: number): number {
  return axis.flipped ? 1 - at : at
}

/** Height of the band of a slot with `count` runs, as a share of the axis. */
export function bandHeight(axis: Axis, count: number): number {
  const most = axis.slots.reduce((max, slot) => Math.max(max, slot.count), 1)
  return ((BAND_SHARE / axis.slots.length) * count) / most
}
