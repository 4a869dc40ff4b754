/** Colours of the runs: bins of a ramp or a palette, and the order of drawing that puts the best on top. */

import type { Axis } from './axis'
import { averageRanks } from './rank'

export type ColourMode = 'value' | 'rank'

/** A ramp is cut into this many colours: no step is visible, and a draw changes its stroke at most so often. */
export const RAMP_BINS = 64
/** Bin of a run that has no value on the colour axis. */
export const NO_COLOUR = 255

export interface Colouring {
  readonly scale: 'ramp' | 'palette' | 'none'
  /** Bin of each run: 0…63 of the ramp (63 = best), or the slot of a category; NO_COLOUR = none. */
  readonly bins: Uint8Array
  /** Runs in the order of drawing, so that the last, on top, is the best. */
  readonly order: Uint32Array
  /** Share of the ramp, 0…1, for a value on the colour axis; for its colour bar. */
  readonly shareOf: (value: number) => number
}

const CONSTANT_SHARE = 0.5

export function colouring(axis: Axis | null, mode: ColourMode, runs: number): Colouring {
  if (axis === null) return uncoloured(runs)
  if (axis.column.type !== 'number') return byCategory(axis)
  const ascending = axis.goal !== 'min'
  const shareOf = mode === 'rank' ? rankShare(axis.numbers, ascending) : valueShare(axis, ascending)
  const shares = Float64Array.from(axis.numbers, shareOf)
  const bins = Uint8Array.from(shares, (share) =>
    Number.isNaN(share) ? NO_COLOUR : Math.min(RAMP_BINS - 1, Math.floor(share * RAMP_BINS)),
  )
  return { scale: 'ramp', bins, order: drawOrder(shares), shareOf }
}

function uncoloured(runs: number): Colouring {
  const order = Uint32Array.from({ length: runs }, (_, i) => i)
  return { scale: 'none', bins: new Uint8Array(runs).fill(NO_COLOUR), order, shareOf: () => NaN }
}

function byCategory(axis: Axis): Colouring {
  const bins = Uint8Array.from(axis.slotOf, (slot) => (slot < 0 ? NO_COLOUR : slot % NO_COLOUR))
  return { scale: 'palette', bins, order: drawOrder(axis.numbers), shareOf: () => NaN }
}

/** Ascending by share, ties in the order of the input; runs without a share first, so that they lie at the bottom. */
function drawOrder(shares: Float64Array): Uint32Array {
  const keys = shares.map((share) => (Number.isNaN(share) ? -1 : share))
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b)
}

function valueShare(axis: Axis, ascending: boolean): (value: number) => number {
  let low = Infinity
  let high = -Infinity
  for (const value of axis.numbers) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const log = axis.kind === 'log' && low > 0
  const unit = (value: number): number =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
  return (value) => {
    if (low === high) return Number.isNaN(value) ? NaN : CONSTANT_SHARE
    const share = unit(value)
    return ascending ? share : 1 - share
  }
}

/** The share of runs that a value surpasses, ties counted half; between two values the lower step holds. */
function rankShare(numbers: Float64Array, ascending: boolean): (value: number) => number {
  const ranks = averageRanks(numbers)
  const pairs = Array.from(numbers, (value, i) => [value, ranks[i]!] as const)
    .filter(([value]) => !Number.isNaN(value))
    .sort((a, b) => a[0] - b[0])
  const sorted = Float64Array.from(pairs, ([value]) => value)
  const last = sorted.length - 1
  return (value) => {
    if (Number.isNaN(value)) return NaN
    if (last <= 0) return CONSTANT_SHARE
    const share = (pairs[lastAtMost(sorted, value)]![1] - 1) / last
    return ascending ? share : 1 - share
  }
}

/** Index of the last entry ≤ value, at least 0. */
function lastAtMost(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
