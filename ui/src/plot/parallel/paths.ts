/** The lines of the runs: their shape, how they are stroked, and which one is under the pointer. */

import type { Layout } from './layout'

/** Pixel rows of all runs: `y[run * axes + axis]`. */
export interface Lines {
  readonly x: readonly number[]
  readonly y: Float32Array
  readonly runs: number
  readonly curved: boolean
}

type Pen = Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo' | 'bezierCurveTo'>

export function linesOf(layout: Layout, places: readonly Float32Array[], runs: number, curved: boolean): Lines {
  const axes = places.length
  const y = new Float32Array(runs * axes)
  const height = layout.bottom - layout.top
  for (let axis = 0; axis < axes; axis++) {
    const at = places[axis]!
    for (let run = 0; run < runs; run++) {
      const place = at[run]!
      y[run * axes + axis] = place === place ? layout.bottom - place * height : layout.railY
    }
  }
  return { x: layout.x, y, runs, curved }
}

export function trace(pen: Pen, lines: Lines, run: number): void {
  const { x, y, curved } = lines
  const axes = x.length
  const start = run * axes
  if (axes === 1) {
    pen.moveTo(x[0]! - 6, y[start]!)
    pen.lineTo(x[0]! + 6, y[start]!)
    return
  }
  pen.moveTo(x[0]!, y[start]!)
  for (let axis = 1; axis < axes; axis++) {
    const from = x[axis - 1]!
    const to = x[axis]!
    if (!curved) {
      pen.lineTo(to, y[start + axis]!)
      continue
    }
    const middle = (from + to) / 2
    pen.bezierCurveTo(middle, y[start + axis - 1]!, middle, y[start + axis]!, to, y[start + axis]!)
  }
}

/**
 * Share of the way from one axis to the next at which a line is, up or down, when it is at the share `t` across.
 *
 * Straight lines: the same. Curved: the Bézier curve of `trace` has x(s) = 1.5 s - 1.5 s² + s³ and y(s) = 3 s² - 2 s³;
 * s is found by Newton's method.
 */
export function rise(t: number, curved: boolean): number {
  if (!curved) return t
  let s = t
  for (let i = 0; i < 4; i++) s -= (1.5 * s - 1.5 * s * s + s * s * s - t) / (1.5 - 3 * s + 3 * s * s)
  return 3 * s * s - 2 * s * s * s
}

/** Height of a line at `px`; NaN left of the first axis and right of the last. */
export function heightAt(lines: Lines, run: number, px: number): number {
  const left = segmentAt(lines.x, px)
  if (left < 0) return NaN
  const share = rise((px - lines.x[left]!) / (lines.x[left + 1]! - lines.x[left]!), lines.curved)
  const start = run * lines.x.length + left
  return lines.y[start]! + (lines.y[start + 1]! - lines.y[start]!) * share
}

/** Index of the axis to the left of `px`; -1 outside. */
function segmentAt(x: readonly number[], px: number): number {
  if (x.length < 2 || px < x[0]! || px > x[x.length - 1]!) return -1
  let left = 0
  while (left < x.length - 2 && px >= x[left + 1]!) left++
  return left
}

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * The visible run whose line is nearest above or below the point, at most `reach` pixels away; -1 = none.
 *
 * Runs are looked at in the order of drawing, so that of several equally near the one on top is found.
 */
export function nearest(lines: Lines, order: Uint32Array, visible: Uint8Array, point: Point, reach: number): number {
  const axes = lines.x.length
  const clamped = Math.min(lines.x[axes - 1]!, Math.max(lines.x[0]!, point.x))
  const left = Math.max(0, segmentAt(lines.x, clamped))
  const right = Math.min(axes - 1, left + 1)
  const width = lines.x[right]! - lines.x[left]!
  const share = width > 0 ? rise((clamped - lines.x[left]!) / width, lines.curved) : 0
  let best = -1
  let bestDistance = reach
  for (const run of order) {
    if (!visible[run]) continue
    const a = lines.y[run * axes + left]!
    const y = a + (lines.y[run * axes + right]! - a) * share
    const distance = Math.abs(y - point.y)
    if (distance > bestDistance) continue
    best = run
    bestDistance = distance
  }
  return best
}

export interface LineStyle {
  readonly alpha: number
  readonly width: number
}

/**
 * How `runs` lines are stroked so that they can still be told apart where they cross.
 *
 * Args: ratio: device pixels to one of CSS; a stroke of one device pixel is about eight times cheaper than a wider one.
 */
export function lineStyle(runs: number, ratio: number): LineStyle {
  const alpha = runs > 20_000 ? 0.2 : runs > 2_000 ? 0.35 : 0.8
  return { alpha, width: runs <= FEW_RUNS ? 1.5 : 1 / ratio }
}

/** So few lines can afford more than a hairline. */
const FEW_RUNS = 60
