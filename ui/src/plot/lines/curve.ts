/** How points are joined: straight, by a monotone curve, or in steps. */
import type { Curve } from './types'

export interface Pen {
  lineTo(x: number, y: number): void
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void
}

/** Points nearer to each other than this are joined straight: no curve between them is seen. */
const CURVED_FROM_PX = 2

/** Whether the points of [from, to) are far enough apart for a curve to be told from straight lines. */
export function shownCurve(curve: Curve, xs: ArrayLike<number>, from: number, to: number): Curve {
  const span = Math.abs(xs[to - 1]! - xs[from]!)
  return curve === 'smooth' && span < CURVED_FROM_PX * (to - from - 1) ? 'linear' : curve
}

/** Adds points from + 1 to `to` - 1 to a path that stands at the first. */
export function join(pen: Pen, xs: ArrayLike<number>, ys: ArrayLike<number>, from: number, to: number, curve: Curve): void {
  if (curve === 'smooth') return joinSmooth(pen, xs, ys, from, to)
  for (let i = from + 1; i < to; i++) {
    if (curve === 'step') pen.lineTo(xs[i]!, ys[i - 1]!)
    pen.lineTo(xs[i]!, ys[i]!)
  }
}

/** The same way back: from a path that stands at the last point to the first. */
export function joinBack(pen: Pen, xs: ArrayLike<number>, ys: ArrayLike<number>, from: number, to: number, curve: Curve): void {
  if (curve === 'smooth') {
    const slopes = slopesOf(xs, ys, from, to)
    for (let i = to - 2; i >= from; i--) bezier(pen, xs, ys, i + 1, i, slopes[i + 1 - from]!, slopes[i - from]!)
    return
  }
  for (let i = to - 2; i >= from; i--) {
    if (curve === 'step') pen.lineTo(xs[i + 1]!, ys[i]!)
    pen.lineTo(xs[i]!, ys[i]!)
  }
}

function joinSmooth(pen: Pen, xs: ArrayLike<number>, ys: ArrayLike<number>, from: number, to: number): void {
  const slopes = slopesOf(xs, ys, from, to)
  for (let i = from + 1; i < to; i++) bezier(pen, xs, ys, i - 1, i, slopes[i - 1 - from]!, slopes[i - from]!)
}

function bezier(pen: Pen, xs: ArrayLike<number>, ys: ArrayLike<number>, a: number, b: number, slopeA: number, slopeB: number): void {
  const third = (xs[b]! - xs[a]!) / 3
  pen.bezierCurveTo(xs[a]! + third, ys[a]! + third * slopeA, xs[b]! - third, ys[b]! - third * slopeB, xs[b]!, ys[b]!)
}

/**
 * Slopes at the points of [from, to) with which a cubic runs through them and never beyond them.
 *
 * M. Steffen, A simple method for monotonic interpolation in one dimension, Astron. Astrophys. 239 (1990), eq. 8-11.
 */
export function slopesOf(xs: ArrayLike<number>, ys: ArrayLike<number>, from: number, to: number): Float64Array {
  const n = to - from
  const slopes = new Float64Array(n)
  const secant = (i: number): number => (ys[i + 1]! - ys[i]!) / (xs[i + 1]! - xs[i]! || 1)
  for (let i = 1; i < n - 1; i++) {
    const at = from + i
    const [before, after] = [secant(at - 1), secant(at)]
    const [left, right] = [xs[at]! - xs[at - 1]!, xs[at + 1]! - xs[at]!]
    const mean = (before * right + after * left) / (left + right || 1)
    slopes[i] = (Math.sign(before) + Math.sign(after)) * Math.min(Math.abs(before), Math.abs(after), 0.5 * Math.abs(mean))
  }
  if (n > 1) {
    slopes[0] = n > 2 ? (3 * secant(from) - slopes[1]!) / 2 : secant(from)
    slopes[n - 1] = n > 2 ? (3 * secant(to - 2) - slopes[n - 2]!) / 2 : secant(to - 2)
  }
  return slopes
}
