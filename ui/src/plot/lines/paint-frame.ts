/** Grid, axes and their words: the bottom canvas, redrawn only when an axis changes. */
import type { Painter } from '../painter'
import type { Plot } from './end-labels'
import { toPixel, type Scale } from './scale'
import { ticksOf, type Tick } from './ticks'
import type { Axes, Interval, Theme } from './types'
import type { View } from './view'

export const AXIS_FONT_PX = 11
const X_TICK_PX = 110
const Y_TICK_PX = 64
const TICK_LENGTH_PX = 4
const LABEL_BELOW_PX = 18

export interface Ticks {
  readonly x: readonly Tick[]
  readonly y: readonly Tick[]
}

export function ticksFor(axes: Axes, width: number, height: number): Ticks {
  return {
    x: ticksOf(axes.xScale, axes.xFormat, axes.x, Math.max(2, Math.round(width / X_TICK_PX)), axes.xWhole),
    y: ticksOf(axes.yScale, 'number', axes.y, Math.max(3, Math.round(height / Y_TICK_PX))),
  }
}

/** Returns where the words of the x axis stand, from left to right edge. */
export function paintFrame(painter: Painter, view: View, axes: Axes, ticks: Ticks): Interval[] {
  const { plot, theme } = view
  painter.font = `${AXIS_FONT_PX}px ${theme.font}`
  painter.textBaseline = 'middle'
  painter.lineWidth = 1
  paintY(painter, plot, ticks.y, view.y, theme)
  return paintX(painter, plot, axes, ticks.x, view.x, theme)
}

/** Half pixels put a line of one pixel on the pixel grid. */
const crisp = (at: number): number => Math.round(at) + 0.5

function paintY(painter: Painter, plot: Plot, ticks: readonly Tick[], scale: Scale, theme: Theme): void {
  painter.textAlign = 'right'
  painter.fillStyle = theme.muted
  painter.strokeStyle = theme.grid
  painter.beginPath()
  for (const { value, label } of ticks) {
    const y = toPixel(scale, value)
    if (Math.abs(y - plot.bottom) > 1) {
      painter.moveTo(plot.left, crisp(y))
      painter.lineTo(plot.right, crisp(y))
    }
    painter.fillText(label, plot.left - 8, y)
  }
  painter.stroke()
}

function paintX(
  painter: Painter,
  plot: Plot,
  axes: Axes,
  ticks: readonly Tick[],
  scale: Scale,
  theme: Theme,
): Interval[] {
  painter.strokeStyle = theme.axis
  painter.beginPath()
  painter.moveTo(plot.left, crisp(plot.bottom))
  painter.lineTo(plot.right, crisp(plot.bottom))
  const y = plot.bottom + LABEL_BELOW_PX
  const taken: Interval[] = []
  painter.textAlign = 'center'
  for (const { value, label } of ticks) {
    const x = toPixel(scale, value)
    painter.moveTo(crisp(x), plot.bottom)
    painter.lineTo(crisp(x), plot.bottom + TICK_LENGTH_PX)
    const half = painter.measureText(label).width / 2
    if (taken.some(([from, to]) => x - half < to + 8 && x + half > from - 8)) continue
    taken.push([x - half, x + half])
    painter.fillText(label, x, y)
  }
  painter.stroke()
  const name = paintAxisName(painter, axes.xLabel, taken, plot, y)
  return name ? [...taken, name] : taken
}

/** The name of the x axis stands in the last gap between two labels that holds it. */
function paintAxisName(
  painter: Painter,
  name: string,
  taken: readonly Interval[],
  plot: Plot,
  y: number,
): Interval | null {
  const width = painter.measureText(name).width
  const edges = [...taken].sort((a, b) => a[0] - b[0])
  const gaps = [...edges, [plot.right, plot.right] as const].map(([from], i) => [edges[i - 1]?.[1] ?? plot.left, from])
  const gap = gaps.reverse().find(([from, to]) => to! - from! >= width + 16)
  if (!gap) return null
  const middle = (gap[0]! + gap[1]!) / 2
  painter.fillText(name, middle, y)
  return [middle - width / 2, middle + width / 2]
}
