/** Groups of runs by the values of one or more columns: what dashes, charts and colours of words tell apart. */
import type { Axis } from './axis'
import { slotText } from './axis-text'

export interface Group {
  /** "full", "full, 20"; "none" where a run has no value. */
  readonly label: string
  readonly count: number
}

export interface Grouping {
  /** "technique, epochs" */
  readonly title: string
  /** In the order of the values; at least one. */
  readonly groups: readonly Group[]
  /** Group of each run. */
  readonly of: Uint16Array
}

/** Args: axes: discrete ones, the first counts most in the order; runs: how many. */
export function groupingOf(axes: readonly Axis[], runs: number): Grouping {
  const codes = new Float64Array(runs)
  for (const axis of axes) {
    const size = axis.slots.length + 1
    // Runs without a value come after those that have one.
    for (let run = 0; run < runs; run++) codes[run] = codes[run]! * size + placeOf(axis, axis.slotOf[run]!)
  }
  const distinct = [...new Set(codes)].sort((a, b) => a - b)
  const index = new Map(distinct.map((code, i) => [code, i]))
  const of = Uint16Array.from(codes, (code) => index.get(code)!)
  const counts = new Uint32Array(distinct.length)
  for (const group of of) counts[group]!++
  const first = new Map<number, number>()
  of.forEach((group, run) => first.has(group) || first.set(group, run))
  return {
    title: axes.map((axis) => axis.title).join(', '),
    groups: distinct.map((_, group) => ({
      label: axes.map((axis) => valueAt(axis, first.get(group)!)).join(', '),
      count: counts[group]!,
    })),
    of,
  }
}

function placeOf(axis: Axis, slot: number): number {
  return slot < 0 || slot === undefined ? axis.slots.length : slot
}

function valueAt(axis: Axis, run: number): string {
  const slot = axis.slots[axis.slotOf[run] ?? -1]
  return slot ? slotText(axis, slot.value) : 'none'
}
