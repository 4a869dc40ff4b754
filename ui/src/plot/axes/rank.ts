/** Ranks and rank correlation over columns in which NaN means "no value". */

import { type Axis, type Goal, isNumeric } from './axis'

/** Indices of the finite entries, in ascending order of value; ties keep the order of the input. */
export function finiteAscending(values: ArrayLike<number>): Uint32Array {
  const kept = new Uint32Array(values.length)
  let n = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) kept[n++] = i
  return kept.subarray(0, n).sort((a, b) => values[a]! - values[b]! || a - b)
}

/** Ranks 1…n, ascending, ties averaged; NaN where the value is not finite. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length).fill(NaN)
  const order = finiteAscending(values)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}

/** Places 1, 2, 2, 4 … with the best first; 0 where the value is not finite. */
export function places(values: ArrayLike<number>, goal: Goal): Uint32Array {
  const result = new Uint32Array(values.length)
  const order = finiteAscending(values)
  if (goal === 'max') order.reverse()
  for (let i = 0; i < order.length; i++) {
    const tied = i > 0 && values[order[i]!] === values[order[i - 1]!]
    result[order[i]!] = tied ? result[order[i - 1]!]! : i + 1
  }
  return result
}

/**
 * Spearman's rank correlation with ties averaged: Pearson's correlation of the ranks.
 *
 * Pairs in which either value is not finite are left out. NaN with fewer than three pairs, or when a column is constant.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const left: number[] = []
  const right: number[] = []
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i]) || !Number.isFinite(b[i])) continue
    left.push(a[i]!)
    right.push(b[i]!)
  }
  if (left.length < 3 || isConstant(left) || isConstant(right)) return NaN
  return pearson(averageRanks(left), averageRanks(right))
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0])
}

function pearson(x: Float64Array, y: Float64Array): number {
  const n = x.length
  let meanX = 0
  let meanY = 0
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n
    meanY += y[i]! / n
  }
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX
    const dy = y[i]! - meanY
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return xy / Math.sqrt(xx * yy)
}

/** How far a column and the colour go together. */
export interface Importance {
  /** `rho`: both are numbers, from −1 to 1. `eta`: one is a category, from 0 to 1. */
  readonly kind: 'rho' | 'eta' | 'none'
  readonly value: number
  /** Runs that have both. */
  readonly n: number
}

const NO_IMPORTANCE: Importance = { kind: 'none', value: NaN, n: 0 }

/**
 * Spearman's ρ between two columns of numbers; for a category, the correlation ratio η of the ranks within its values:
 * the root of the share of their variance that lies between the values. Both are comparable by size.
 */
export function importance(axis: Axis, colour: Axis | null): Importance {
  if (colour === null) return NO_IMPORTANCE
  const n = pairs(axis.numbers, colour.numbers)
  const [words, numbers] = isNumeric(axis) ? [colour, axis] : [axis, colour]
  if (isNumeric(words)) return known('rho', spearman(axis.numbers, colour.numbers), n)
  return isNumeric(numbers) ? known('eta', correlationRatio(words.slotOf, numbers.numbers), n) : NO_IMPORTANCE
}

function known(kind: 'rho' | 'eta', value: number, n: number): Importance {
  return Number.isNaN(value) ? NO_IMPORTANCE : { kind, value, n }
}

function pairs(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let n = 0
  for (let i = 0; i < a.length; i++) if (Number.isFinite(a[i]) && Number.isFinite(b[i])) n++
  return n
}

/** η of the ranks of `values` by group; NaN where values or groups are all the same. Group −1 is left out. */
export function correlationRatio(groups: ArrayLike<number>, values: Float64Array): number {
  const ranks = averageRanks(values.map((value, i) => (groups[i]! < 0 ? NaN : value)))
  const sums = new Map<number, { n: number; sum: number }>()
  let n = 0
  let total = 0
  for (let i = 0; i < ranks.length; i++) {
    if (Number.isNaN(ranks[i])) continue
    const entry = sums.get(groups[i]!) ?? { n: 0, sum: 0 }
    sums.set(groups[i]!, { n: entry.n + 1, sum: entry.sum + ranks[i]! })
    n++
    total += ranks[i]!
  }
  const mean = total / n
  let all = 0
  for (const rank of ranks) if (!Number.isNaN(rank)) all += (rank - mean) ** 2
  if (n < 3 || all === 0 || sums.size < 2) return NaN
  let between = 0
  for (const { n: size, sum } of sums.values()) between += size * (sum / size - mean) ** 2
  return Math.sqrt(between / all)
}
