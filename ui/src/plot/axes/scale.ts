/** Scales from values to the unit interval (0 = bottom of the axis) and back, with labelled ticks. */
import { linearScale, logScale, niceDomain, tickLabels, type Scale } from '../../core/scales'

export interface Tick {
  readonly at: number // 0…1
  readonly text: string
}

export interface UnitScale {
  readonly kind: 'linear' | 'log'
  readonly ticks: readonly Tick[]
  readonly to: (value: number) => number
  readonly from: (unit: number) => number
}

const TICKS = 5
/** The ends of a linear axis are rounded to finer steps than its ticks: rounder ends would leave more of it empty. */
const END_STEPS = 2 * TICKS
/** A log axis can name 1, 2 and 5 of two decades within this. */
const LOG_TICKS = 6
/** Room beyond the smallest and the largest value of a log axis, as a share of its length. */
const LOG_MARGIN = 0.03
/** From this ratio of largest to smallest value on, a linear axis presses the small half into a few pixels. */
const LOG_SPREAD = 100
/** Ratios of neighbours that differ by less than this factor are even: 16, 32, 64, but also 1e-4, 3e-4, 1e-3. */
const EVEN_RATIOS = 1.25
const LEAST_RATIO = 1.5

/** Ends that are meant as given; the others are moved to where the axis looks best. */
export interface FixedEnds {
  readonly from?: boolean
  readonly to?: boolean
}

/** A linear axis over all values; over whole numbers without a tick between two of them. */
export function linearAxis(low: number, high: number, options: { whole?: boolean } & FixedEnds = {}): UnitScale {
  const { whole = false, from = false, to = false } = options
  const [bottom, top] = niceDomain(low, high, END_STEPS)
  const ends: [number, number] = low < high ? [from ? low : bottom, to ? high : top] : [bottom, top]
  const scale = linearScale(ends, [0, 1])
  const ticks = scale.ticks(whole ? Math.max(1, Math.min(TICKS, Math.floor(high - low))) : TICKS)
  return withTicks(scale, whole ? ticks.filter(Number.isInteger) : ticks)
}

/** A logarithmic axis over positive values. */
export function logAxis(low: number, high: number, { from = false, to = false }: FixedEnds = {}): UnitScale {
  const margin = Math.max(1.05, (high / low) ** LOG_MARGIN)
  const fixed = low < high
  const scale = logScale([from && fixed ? low : low / margin, to && fixed ? high : high * margin], [0, 1])
  return withTicks(scale, scale.ticks(LOG_TICKS))
}

function withTicks(scale: Scale, values: number[]): UnitScale {
  const labels = tickLabels(values, scale.kind)
  const ticks = values.map((value, i) => ({ at: scale.map(value), text: labels[i]! }))
  return {
    kind: scale.kind,
    ticks,
    to: (value) => scale.map(value),
    from: (unit) => scale.invert(unit),
  }
}

/**
 * Whether sorted distinct values ask for a logarithmic axis: positive, and either in even ratios, or far apart with
 * their median nearer to the middle than on a linear axis. Evenly spread values, some close to 0, stay linear.
 */
export function looksLogarithmic(distinct: ArrayLike<number>): boolean {
  const n = distinct.length
  if (n < 3 || distinct[0]! <= 0) return false
  if (distinct[n - 1]! / distinct[0]! >= LOG_SPREAD) return offCentre(distinct, Math.log) < offCentre(distinct, Number)
  let least = Infinity
  let most = 0
  for (let i = 1; i < n; i++) {
    const ratio = distinct[i]! / distinct[i - 1]!
    least = Math.min(least, ratio)
    most = Math.max(most, ratio)
  }
  return least >= LEAST_RATIO && most / least < EVEN_RATIOS
}

/** How far the median lies from the middle between the ends. */
function offCentre(sorted: ArrayLike<number>, to: (value: number) => number): number {
  const [low, high] = [to(sorted[0]!), to(sorted[sorted.length - 1]!)]
  return Math.abs((to(sorted[sorted.length >> 1]!) - low) / (high - low) - 0.5)
}
