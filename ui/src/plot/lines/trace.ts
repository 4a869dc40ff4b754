/** Lines and bands as paths: what is in view, broken where a value is missing. */
import type { Painter } from '../painter'
import { join, joinBack, shownCurve } from './curve'
import { project, toPixel } from './scale'
import { lowerBound } from './search'
import type { Line } from './types'
import type { View } from './view'

/** Keeps outliers finite in pixels; far outside of any canvas. */
const FAR_PX = 1e5

let scratchX = new Float32Array(4096)
let scratchY = new Float32Array(4096)

function reserve(n: number): void {
  if (scratchX.length >= n) return
  scratchX = new Float32Array(2 * n)
  scratchY = new Float32Array(2 * n)
}

/** The points of a line to draw: those in the x range and one more on either side. */
export function visible(line: Line, view: View): [from: number, to: number] {
  const [low, high] = view.x.domain
  return [Math.max(0, lowerBound(line.x, low) - 1), Math.min(line.x.length, lowerBound(line.x, high) + 1)]
}

const far = (pixel: number): number => (pixel > FAR_PX ? FAR_PX : pixel < -FAR_PX ? -FAR_PX : pixel)

/** Adds the line to the current path; breaks where y is not a number. */
export function trace(painter: Painter, line: Line, view: View, values = line.y): void {
  const [from, to] = visible(line, view)
  const n = to - from
  reserve(n)
  project(view.x, line.x, from, to, scratchX)
  project(view.y, values, from, to, scratchY)
  let drawing = false
  if (view.curve === 'linear') {
    for (let i = 0; i < n; i++) {
      const y = scratchY[i]!
      if (y !== y) drawing = false
      else if (drawing) painter.lineTo(scratchX[i]!, far(y))
      else {
        painter.moveTo(scratchX[i]!, far(y))
        drawing = true
      }
    }
    return
  }
  for (let i = 0; i < n; i++) scratchY[i] = far(scratchY[i]!)
  for (const [start, end] of stretches(n, (i) => scratchY[i] === scratchY[i] && Number.isFinite(scratchX[i]!))) {
    painter.moveTo(scratchX[start]!, scratchY[start]!)
    join(painter, scratchX, scratchY, start, end, shownCurve(view.curve, scratchX, start, end))
  }
}

/** The stretches [from, to) of 0 … n - 1 in which all are drawable. */
function stretches(n: number, drawable: (i: number) => boolean): [from: number, to: number][] {
  const found: [number, number][] = []
  for (let i = 0; i < n; i++) {
    if (!drawable(i)) continue
    const start = i
    while (i < n && drawable(i)) i++
    found.push([start, i])
  }
  return found
}

/** Adds the outline of the band to the current path, one closed piece for each stretch that has both bounds. */
export function traceBand(painter: Painter, line: Line, view: View): void {
  const { lo, hi } = line
  if (!lo || !hi) return
  const [from, to] = visible(line, view)
  const n = to - from
  const floor = view.y.kind === 'log' ? view.y.domain[0] : -Infinity
  const drawable = (i: number): boolean => hi[from + i]! >= lo[from + i]! && (view.y.kind === 'linear' || hi[from + i]! > 0)
  const pixels = (value: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => value(from + i))
  const xs = pixels((i) => toPixel(view.x, line.x[i]!))
  const low = pixels((i) => far(toPixel(view.y, Math.max(lo[i]!, floor))))
  const high = pixels((i) => far(toPixel(view.y, hi[i]!)))
  for (const [start, end] of stretches(n, drawable)) {
    const curve = shownCurve(view.curve, xs, start, end)
    painter.moveTo(xs[start]!, high[start]!)
    join(painter, xs, high, start, end, curve)
    painter.lineTo(xs[end - 1]!, low[end - 1]!)
    joinBack(painter, xs, low, start, end, curve)
    painter.closePath()
  }
}

/** Points further apart than this are drawn as dots too: the line between them is no measurement. */
const DOT_GAP_PX = 32
/** Whether the points of a line in view are few enough to be told apart. */
export function isSparse(line: Line, view: View): boolean {
  const [from, to] = visible(line, view)
  if (to - from < 2) return true
  return toPixel(view.x, line.x[to - 1]!) - toPixel(view.x, line.x[from]!) >= DOT_GAP_PX * (to - from - 1)
}
