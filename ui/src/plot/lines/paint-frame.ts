/** Grid, axes and their words: the bottom canvas, redrawn only when an axis changes. */
import type { Plot } from './end-labels'
import { toPixel, type Scale } from './scale'
import { ticksOf, type Tick } from './ticks'
import type { Axes, Theme } from './types'

export const AXIS_FONT_PX = 11
const X_TICK_PX = 90
const Y_TICK_PX = 48
const TICK_LENGTH_PX = 4
const LABEL_BELOW_PX = 18

export interface Ticks {
  readonly x: readonly Tick[]
  readonly y: readonly Tick[]
}

export function ticksFor(axes: Axes, width: number, height: number): Ticks {
  return {
    x: ticksOf(axes.xScale, axes.xFormat, axes.x, Math.max(2, Math.round(width / X_TICK_PX))),
    y: ticksOf(axes.yScale, 'number', axes.y, Math.max(2, Math.round(height / Y_TICK_PX))),
  }
}

export function paintFrame(
  context: CanvasRenderingContext2D,
  plot: Plot,
  axes: Axes,
  ticks: Ticks,
  xScale: Scale,
  yScale: Scale,
  theme: Theme,
): void {
  context.font = `${AXIS_FONT_PX}px ${theme.font}`
  context.textBaseline = 'middle'
  context.lineWidth = 1
  paintY(context, plot, ticks.y, yScale, theme)
  paintX(context, plot, axes, ticks.x, xScale, theme)
}

/** Half pixels put a line of one pixel on the pixel grid. */
const crisp = (at: number): number => Math.round(at) + 0.5

function paintY(context: CanvasRenderingContext2D, plot: Plot, ticks: readonly Tick[], scale: Scale, theme: Theme): void {
  context.textAlign = 'right'
  context.fillStyle = theme.muted
  context.strokeStyle = theme.grid
  context.beginPath()
  for (const { value, label } of ticks) {
    const y = toPixel(scale, value)
    if (Math.abs(y - plot.bottom) > 1) {
      context.moveTo(plot.left, crisp(y))
      context.lineTo(plot.right, crisp(y))
    }
    context.fillText(label, plot.left - 8, y)
  }
  context.stroke()
}

function paintX(
  context: CanvasRenderingContext2D,
  plot: Plot,
  axes: Axes,
  ticks: readonly Tick[],
  scale: Scale,
  theme: Theme,
): void {
  context.strokeStyle = theme.axis
  context.beginPath()
  context.moveTo(plot.left, crisp(plot.bottom))
  context.lineTo(plot.right, crisp(plot.bottom))
  const y = plot.bottom + LABEL_BELOW_PX
  const taken: [number, number][] = []
  context.textAlign = 'center'
  for (const { value, label } of ticks) {
    const x = toPixel(scale, value)
    context.moveTo(crisp(x), plot.bottom)
    context.lineTo(crisp(x), plot.bottom + TICK_LENGTH_PX)
    const half = context.measureText(label).width / 2
    if (taken.some(([from, to]) => x - half < to + 8 && x + half > from - 8)) continue
    taken.push([x - half, x + half])
    context.fillText(label, x, y)
  }
  context.stroke()
  paintAxisName(context, axes.xLabel, taken, plot, y)
}

/** The name of the x axis stands in the last gap between two labels that holds it. */
function paintAxisName(
  context: CanvasRenderingContext2D,
  name: string,
  taken: readonly [number, number][],
  plot: Plot,
  y: number,
): void {
  const width = context.measureText(name).width
  const edges = [...taken].sort((a, b) => a[0] - b[0])
  const gaps = [...edges, [plot.right, plot.right] as const].map(([from], i) => [edges[i - 1]?.[1] ?? plot.left, from])
  const gap = gaps.reverse().find(([from, to]) => to! - from! >= width + 16)
  if (gap) context.fillText(name, (gap[0]! + gap[1]!) / 2, y)
}
