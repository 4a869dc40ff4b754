/** Small drawings of a series: a path in a box of 1 × 1, y downwards. */
import type { LineValues } from './lines'

export interface Spark {
  /** SVG path data. */
  readonly path: string
  /** The last point, in the box. */
  readonly end: readonly [number, number]
  readonly low: number
  readonly high: number
}

const DIGITS = 3

/** Null for a series without a finite value; a gap where one is not finite. */
export function sparkOf(x: Float64Array, y: LineValues): Spark | null {
  const finite = Array.from(y).filter(Number.isFinite)
  if (!finite.length) return null
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))]
  const [first, last] = [x[0] ?? 0, x[x.length - 1] ?? 1]
  const across = (at: number): number => (last === first ? 0.5 : ((x[at] ?? 0) - first) / (last - first))
  const down = (at: number): number => (high === low ? 0.5 : 1 - ((y[at] ?? 0) - low) / (high - low))
  const parts: string[] = []
  let end: readonly [number, number] = [0, 0]
  let open = false
  for (let at = 0; at < y.length; at += 1) {
    if (!Number.isFinite(y[at])) {
      open = false
      continue
    }
    end = [across(at), down(at)]
    parts.push(`${open ? 'L' : 'M'}${end[0].toFixed(DIGITS)} ${end[1].toFixed(DIGITS)}`)
    open = true
  }
  return { path: parts.join(''), end, low, high }
}
