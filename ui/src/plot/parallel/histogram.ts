/** Counts of runs along an axis, for the strip beside it: all of them, and those selected. */

import { type Axis, bandHeight, slotCentre } from './axis'

/** One bar; places as drawn, 0 = bottom … 1 = top. */
export interface Bar {
  readonly low: number
  readonly high: number
  readonly all: number
  readonly selected: number
}

/** Bars of equal height over a continuous axis, one bar a slot over a discrete one; empty bars are left out. */
export function histogram(axis: Axis, at: Float32Array, selected: Uint8Array, bins: number): Bar[] {
  const discrete = axis.scale === null
  const n = discrete ? axis.slots.length : bins
  const all = new Uint32Array(n)
  const inside = new Uint32Array(n)
  for (let run = 0; run < at.length; run++) {
    const place = at[run]!
    if (Number.isNaN(place)) continue
    const bin = discrete ? axis.slotOf[run]! : Math.min(bins - 1, Math.max(0, Math.floor(place * bins)))
    all[bin]!++
    inside[bin]! += selected[run]!
  }
  const bars: Bar[] = []
  for (let bin = 0; bin < n; bin++) {
    if (all[bin] === 0) continue
    const [low, high] = discrete ? bandOf(axis, bin) : [bin / bins, (bin + 1) / bins]
    bars.push({ low, high, all: all[bin]!, selected: inside[bin]! })
  }
  return bars
}

function bandOf(axis: Axis, slot: number): [number, number] {
  const { at, count } = axis.slots[slot]!
  const half = bandHeight(axis, count) / 2
  return [slotCentre(axis, at) - half, slotCentre(axis, at) + half]
}
