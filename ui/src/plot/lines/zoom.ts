/** Boxes dragged on a chart, and the way back. */
import type { Drag } from '../pointer'
import type { Plot } from './end-labels'
import type { Box } from './paint-overlay'
import { toPixel, toValue, type Scale } from './scale'
import type { Interval, Zoom } from './types'

/** A box lower than this means x alone, a narrower one y alone. */
const SLIM_PX = 16

/** The dragged box within the plot, as high or as wide as the plot where the drag is slim. */
export function boxOf(drag: Drag, plot: Plot): Box {
  const wide = Math.abs(drag.toX - drag.fromX) >= SLIM_PX
  const high = Math.abs(drag.toY - drag.fromY) >= SLIM_PX
  const [left, right] = wide || !high ? sorted(drag.fromX, drag.toX) : [plot.left, plot.right]
  const [top, bottom] = high ? sorted(drag.fromY, drag.toY) : [plot.top, plot.bottom]
  return {
    left: Math.max(plot.left, left),
    right: Math.min(plot.right, right),
    top: Math.max(plot.top, top),
    bottom: Math.min(plot.bottom, bottom),
  }
}

/** Ranges of a box; null for a direction that it spans wholly. */
export function zoomOf(box: Box, plot: Plot, x: Scale, y: Scale): Zoom {
  const whole = { x: box.left <= plot.left && box.right >= plot.right, y: box.top <= plot.top && box.bottom >= plot.bottom }
  return {
    x: whole.x ? null : interval(toValue(x, box.left), toValue(x, box.right)),
    y: whole.y ? null : interval(toValue(y, box.bottom), toValue(y, box.top)),
  }
}

/** Share of the range that one notch of a wheel takes away or adds. */
const WHEEL_SHARE = 0.15
const NOTCH_PX = 100

/** The x range after the wheel was turned by so many pixels, with what lies below the pointer in its place. */
export function wheelRange(x: Scale, left: number, turned: number): Interval {
  const [from, to] = [x.domain[0], x.domain[1]].map((end) => toPixel(x, end)) as [number, number]
  const factor = (1 + WHEEL_SHARE) ** (turned / NOTCH_PX)
  return [toValue(x, left - (left - from) * factor), toValue(x, left + (to - left) * factor)]
}

function interval(low: number, high: number): Interval | null {
  return low < high ? [low, high] : null
}

function sorted(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a]
}
