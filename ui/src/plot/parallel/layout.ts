/** Where things stand on the canvas, in CSS pixels. */

import type { Axis } from '../axes/axis'
import { ticksOf } from '../axes/axis-text'
import type { Tick } from '../axes/scale'

export interface Layout {
  readonly width: number
  readonly height: number
  readonly x: readonly number[] // of each axis
  readonly top: number
  readonly bottom: number
  readonly railY: number
  /** Room from one axis to the next; of the whole plot with a single axis. */
  readonly gap: number
}

/** Above the axes: two lines of title, which the view draws. */
const HEAD_PX = 52
/** Below: the rail of missing values and the rank correlation. */
const RAIL_PX = 16
const FOOT_PX = 48
const LEFT_MARGIN_PX = 68
/** Room for the name of the run that stands out: as long as it is, but no more than a share of the plot. */
const RIGHT_MARGIN_PX = 120
const MAX_RIGHT_MARGIN_PX = 210
const MAX_RIGHT_SHARE = 0.19
const NAME_MARGIN_PX = 58
const LETTER_PX = 6.6
/** Narrower, and titles of axes would run into each other: the plot scrolls instead. */
export const MIN_GAP_PX = 92
export const LABEL_PX = 14

/** Args: letters: of the longest text at the right end of the lines. */
export function layoutOf(axes: number, width: number, height: number, letters = 0): Layout {
  const wanted = Math.min(MAX_RIGHT_MARGIN_PX, width * MAX_RIGHT_SHARE, NAME_MARGIN_PX + letters * LETTER_PX)
  const span = Math.max(0, width - LEFT_MARGIN_PX - Math.max(RIGHT_MARGIN_PX, wanted))
  const gap = axes > 1 ? span / (axes - 1) : span
  const x = Array.from({ length: axes }, (_, i) => Math.round(LEFT_MARGIN_PX + (axes > 1 ? i * gap : span / 3)) + 0.5)
  const bottom = height - FOOT_PX
  return { width, height, x, top: HEAD_PX, bottom, railY: bottom + RAIL_PX, gap }
}

/** The width from which on no two axes are nearer than MIN_GAP_PX. */
export function leastWidth(axes: number): number {
  return LEFT_MARGIN_PX + RIGHT_MARGIN_PX + Math.max(0, axes - 1) * MIN_GAP_PX
}

/** Pixel of a place on an axis; NaN goes to the rail. */
export function yOf(layout: Layout, at: number): number {
  return Number.isNaN(at) ? layout.railY : layout.bottom - at * (layout.bottom - layout.top)
}

/** Place of a pixel, clipped to the axis. */
export function placeOf(layout: Layout, y: number): number {
  return Math.min(1, Math.max(0, (layout.bottom - y) / (layout.bottom - layout.top)))
}

/** Labels of an axis; where they would touch, only every second, third … is kept. */
export function tickLabels(axis: Axis, heightPx: number): Tick[] {
  const all = ticksOf(axis)
  const every = Math.max(1, Math.ceil((all.length * LABEL_PX) / heightPx))
  return all.filter((_, i) => i % every === 0)
}

/** "12 none, 3 NaN": what lies on the rail, empty when nothing does. */
export function railText(axis: Axis): string {
  const { absent, nan, infinite } = axis.rail
  const parts = [
    [absent, 'none'],
    [nan, 'NaN'],
    [infinite, '±∞'],
  ] as const
  return parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ')
}
