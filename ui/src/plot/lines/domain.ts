/** The ranges that axes show: finite, rounded, with or without outliers. */
import type { Interval, Line, ScaleKind, Values } from './types'

/** Share of the range that a linear axis may be lengthened by to start at zero. */
const ZERO_SHARE = 0.35
const PAD_SHARE = 0.03
/** Quartile ranges beyond the quartiles from which a point is an outlier. */
const FENCE = 4
/** A little below the largest number, so that what comes of rounding is one, too. */
const LARGEST = Number.MAX_VALUE * 0.99

export function union(intervals: readonly (Interval | null)[]): Interval | null {
  let low = Infinity
  let high = -Infinity
  for (const interval of intervals) {
    if (interval === null) continue
    low = Math.min(low, interval[0])
    high = Math.max(high, interval[1])
  }
  return low <= high ? [low, high] : null
}

export function xExtent(lines: readonly Pick<Line, 'x'>[], scale: ScaleKind): Interval | null {
  let low = Infinity
  let high = -Infinity
  for (const { x } of lines) {
    if (x.length === 0) continue
    high = Math.max(high, x[x.length - 1]!)
    if (scale === 'linear') low = Math.min(low, x[0]!)
    else low = Math.min(low, x.find((value) => value > 0) ?? Infinity)
  }
  return low <= high ? [low, high] : null
}

/** Range of values and bands; on a log axis of the positive ones. */
export function yExtent(lines: readonly Line[], scale: ScaleKind): Interval | null {
  const least = scale === 'log' ? Number.MIN_VALUE : -Infinity
  let low = Infinity
  let high = -Infinity
  for (const { y, lo, hi } of lines) {
    for (const values of lo && hi ? [y, lo, hi] : [y])
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!
        if (value < low && value >= least && value > -Infinity) low = value
        if (value > high && value >= least && value < Infinity) high = value
      }
  }
  return low <= high ? [low, high] : null
}

export interface Clipped {
  readonly extent: Interval
  /** Points that lie outside. */
  readonly outside: number
}

/** Range of all but the outer `1 - share` of the points on either side. */
export function clippedExtent(lines: readonly Line[], scale: ScaleKind, share: number): Clipped | null {
  const values = placedValues(lines, scale)
  if (values.length === 0) return null
  const last = values.length - 1
  return within(values, select(values, Math.floor(last * (1 - share))), select(values, Math.ceil(last * share)))
}

/** Range of the points that lie at most four quartile ranges away from the quartiles; null where half of them are equal. */
export function fencedExtent(lines: readonly Line[], scale: ScaleKind): Clipped | null {
  const values = placedValues(lines, scale)
  if (values.length === 0) return null
  const last = values.length - 1
  const [lower, upper] = [select(values, Math.floor(last / 4)), select(values, Math.ceil((last * 3) / 4))]
  if (lower === upper) return null
  const [low, high] = [lower - FENCE * (upper - lower), upper + FENCE * (upper - lower)]
  const inside = values.filter((value) => value >= low && value <= high)
  return within(values, select(inside, 0), select(inside, inside.length - 1))
}

function within(values: Float64Array, low: number, high: number): Clipped {
  let outside = 0
  for (const value of values) if (value < low || value > high) outside++
  return { extent: [low, high], outside }
}

/** The values that an axis of this scale has a place for. */
function placedValues(lines: readonly Line[], scale: ScaleKind): Float64Array {
  const all = new Float64Array(lines.reduce((sum, line) => sum + line.y.length, 0))
  let n = 0
  for (const { y } of lines)
    for (let i = 0; i < y.length; i++) if (Number.isFinite(y[i]!) && (scale === 'linear' || y[i]! > 0)) all[n++] = y[i]!
  return all.subarray(0, n)
}

/** The k-th smallest value (Hoare's quickselect); reorders `values`. */
export function select(values: Values, k: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!
    let i = left
    let j = right
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i <= j) {
        const swap = values[i]!
        values[i++] = values[j]!
        values[j--] = swap
      }
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else break
  }
  return values[k]!
}

/** The extent with some room, from zero when zero is near; never empty, and never longer than a number can say. */
export function roomy(extent: Interval, scale: ScaleKind): Interval {
  const [low, high] = withRoom(extent, scale)
  const end = low < 0 && high > 0 ? LARGEST / 2 : LARGEST
  return [Math.max(low, -end), Math.min(high, end)]
}

function withRoom([low, high]: Interval, scale: ScaleKind): Interval {
  if (scale === 'log') {
    if (low === high) return [low / 2, high * 2]
    const pad = (high / low) ** PAD_SHARE
    return [low / pad, high * pad]
  }
  if (low === high) {
    const room = Math.abs(low) / 2 || 1
    return low > 0 ? [0, low + room] : [low - room, high + room]
  }
  const pad = (high - low) * PAD_SHARE
  const bottom = low >= 0 && low <= (high - low) * ZERO_SHARE ? 0 : low - pad
  const top = high <= 0 && -high <= (high - low) * ZERO_SHARE ? 0 : high + pad
  return [bottom, top]
}

/** The x extent as an axis shows it: without room, since lines may touch the frame there; never empty. */
export function tight([low, high]: Interval, scale: ScaleKind): Interval {
  if (low < high) return [low, high]
  return scale === 'log' ? [low / 2, high * 2] : [low - 0.5, high + 0.5]
}
