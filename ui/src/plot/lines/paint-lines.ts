/** Bands, lines, marks and end labels: the canvas that is dimmed, never redrawn, while the pointer moves. */
import { dashOf } from '../../core/palettes'
import type { Painter } from '../painter'
import type { EndLabel, Plot } from './end-labels'
import { AXIS_FONT_PX } from './paint-frame'
import { join, joinBack, shownCurve } from './curve'
import { project, toPixel, type Scale } from './scale'
import { lowerBound } from './search'
import type { Curve, Line, RimMark, Theme } from './types'

/** Above this many lines a stroke is one device pixel wide: Skia draws that 8 times faster than 1.25 pixels. */
export const HAIRLINE_ABOVE = 60
export const BAND_ALPHA = 0.16
/** From so many bands on each is fainter: where all overlap, the lines must still be seen. */
const MANY_BANDS = 5
/** From so many lines on they let each other through: how many pass is seen by how dark it is. */
const MANY_LINES = 400
const LEAST_ALPHA = 0.2
const GHOST_ALPHA = 0.4
const RAW_ALPHA = 0.35
/** So many folded lines get a rim in the colour of the ground, which keeps them apart where their bands overlap. */
const MAX_CASED = 24
/** Keeps outliers finite in pixels; far outside of any canvas. */
const FAR_PX = 1e5

export interface View {
  readonly plot: Plot
  readonly x: Scale
  readonly y: Scale
  readonly theme: Theme
  readonly dpr: number
  readonly curve: Curve
}

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

export function strokeLine(painter: Painter, line: Line, view: View, width: number): void {
  painter.strokeStyle = line.color
  painter.fillStyle = line.color
  painter.lineWidth = width
  painter.setLineDash(dashOf(line.dash) as number[])
  painter.beginPath()
  trace(painter, line, view)
  painter.stroke()
  if (line.x.length === 1) dot(painter, toPixel(view.x, line.x[0]!), toPixel(view.y, line.y[0]!), 2.5)
}

/** Points further apart than this are drawn as dots too: the line between them is no measurement. */
const DOT_GAP_PX = 32
/** Dots nearer than this to another would hide the line. */
const CROWDED_PX = 12

/** Whether the points of a line in view are few enough to be told apart. */
export function isSparse(line: Line, view: View): boolean {
  const [from, to] = visible(line, view)
  if (to - from < 2) return true
  return toPixel(view.x, line.x[to - 1]!) - toPixel(view.x, line.x[from]!) >= DOT_GAP_PX * (to - from - 1)
}

function paintPoints(painter: Painter, line: Line, view: View): void {
  if (!isSparse(line, view)) return
  const [from, to] = visible(line, view)
  painter.fillStyle = line.color
  const pixel = (i: number): number => (i < from || i >= to ? NaN : toPixel(view.x, line.x[i]!))
  for (let i = from; i < to; i++) {
    const [before, x, after] = [pixel(i - 1), pixel(i), pixel(i + 1)]
    // On a log axis points crowd at its end.
    if (x - before < CROWDED_PX || after - x < CROWDED_PX) continue
    const y = toPixel(view.y, line.y[i]!)
    if (!Number.isNaN(y)) dot(painter, x, y, line.run === null ? 2.5 : 2)
  }
}

export function dot(painter: Painter, x: number, y: number, radius: number): void {
  painter.beginPath()
  painter.arc(x, y, radius, 0, 2 * Math.PI)
  painter.fill()
}

export function clipToPlot(painter: Painter, { left, top, right, bottom }: Plot, room: number): void {
  painter.beginPath()
  painter.rect(left - room, top - room, right - left + 2 * room, bottom - top + 2 * room)
  painter.clip()
}

export function lineWidth(lines: readonly Line[], line: Line, dpr: number): number {
  if (line.weight === 'ghost' || lines.length > HAIRLINE_ABOVE) return 1 / dpr
  return line.run === null ? 2 : 1.5
}

export function paintLines(
  painter: Painter,
  lines: readonly Line[],
  labels: readonly EndLabel[],
  view: View,
): void {
  painter.save()
  clipToPlot(painter, view.plot, 1)
  painter.lineJoin = 'round'
  paintBands(painter, lines, view)
  paintGhosts(painter, lines, view)
  paintRaw(painter, lines, view)
  const solid = lines.filter((line) => line.weight === 'line')
  const folds = solid.filter((line) => line.run === null)
  if (folds.length > 1 && folds.length <= MAX_CASED) for (const line of folds) paintCased(painter, line, view)
  else {
    painter.globalAlpha = Math.max(LEAST_ALPHA, Math.min(1, MANY_LINES / solid.length))
    for (const line of solid) strokeLine(painter, line, view, lineWidth(solid, line, view.dpr))
    painter.globalAlpha = 1
  }
  if (solid.length <= HAIRLINE_ABOVE) for (const line of solid) paintPoints(painter, line, view)
  painter.restore()
  paintLiveEnds(painter, lines, view)
  paintRim(painter, lines, view)
  for (const label of labels) paintLabel(painter, label, view, false)
}

/** Wide bands first, so that the narrow ones stay seen. */
function paintBands(painter: Painter, lines: readonly Line[], view: View): void {
  const banded = lines.filter((line) => line.lo !== null && line.weight === 'line')
  const widths = new Map(banded.map((line) => [line, meanWidth(line)]))
  banded.sort((a, b) => widths.get(b)! - widths.get(a)!)
  painter.globalAlpha = BAND_ALPHA * Math.min(1, MANY_BANDS / banded.length)
  for (const line of banded) fillBand(painter, line, view)
  painter.globalAlpha = 1
}

export function fillBand(painter: Painter, line: Line, view: View): void {
  painter.fillStyle = line.color
  painter.beginPath()
  traceBand(painter, line, view)
  painter.fill()
}

function meanWidth({ lo, hi }: Line): number {
  if (!lo || !hi || lo.length === 0) return 0
  let sum = 0
  for (let i = 0; i < lo.length; i++) if (hi[i]! >= lo[i]!) sum += hi[i]! - lo[i]!
  return sum / lo.length
}

function paintGhosts(painter: Painter, lines: readonly Line[], view: View): void {
  painter.globalAlpha = GHOST_ALPHA
  for (const line of lines) if (line.weight === 'ghost') strokeLine(painter, line, view, 1 / view.dpr)
  painter.globalAlpha = 1
}

/** The values before smoothing. */
function paintRaw(painter: Painter, lines: readonly Line[], view: View): void {
  painter.globalAlpha = RAW_ALPHA
  painter.lineWidth = 1 / view.dpr
  painter.setLineDash([])
  for (const line of lines) {
    if (!line.raw || line.weight !== 'line') continue
    painter.strokeStyle = line.color
    painter.beginPath()
    trace(painter, line, view, line.raw)
    painter.stroke()
  }
  painter.globalAlpha = 1
}

export function paintCased(painter: Painter, line: Line, view: View, width = 2): void {
  painter.setLineDash([])
  painter.strokeStyle = view.theme.bg
  painter.lineWidth = width + 2
  painter.beginPath()
  trace(painter, line, view)
  painter.stroke()
  strokeLine(painter, line, view, width)
}

function paintLiveEnds(painter: Painter, lines: readonly Line[], view: View): void {
  for (const line of lines) {
    if (!line.live || line.weight !== 'line' || line.x.length === 0) continue
    const last = line.x.length - 1
    const x = toPixel(view.x, line.x[last]!)
    const y = toPixel(view.y, line.y[last]!)
    if (!(x <= view.plot.right + 1 && x >= view.plot.left && y >= view.plot.top && y <= view.plot.bottom)) continue
    painter.fillStyle = line.color
    dot(painter, x, y, 2)
    painter.strokeStyle = line.color
    painter.lineWidth = 1.5
    painter.setLineDash([])
    painter.beginPath()
    painter.arc(x, y, LIVE_RING_PX, 0, 2 * Math.PI)
    painter.stroke()
  }
}

const LIVE_RING_PX = 4.5

/** One triangle at the upper rim for each stretch of 8 px in which lines have NaN or Inf; a number beside it if more than one. */
const RIM_BIN_PX = 8
const RIM_COUNT_PX = 28
/** How far below the rim, and to the sides of a mark, the pointer means it. */
export const RIM_REACH_PX = 10

export function rimMarks(lines: readonly Line[], view: View): RimMark[] {
  const bins = new Map<number, { left: number; x: number; count: number; lines: Map<Line, number> }>()
  for (const line of lines)
    for (const x of line.nonfiniteX) {
      const left = toPixel(view.x, x)
      if (!(left >= view.plot.left - 1 && left <= view.plot.right + 1)) continue
      const key = Math.round(left / RIM_BIN_PX)
      const bin = bins.get(key) ?? { left, x, count: 0, lines: new Map<Line, number>() }
      bins.set(key, bin)
      bin.count++
      bin.lines.set(line, (bin.lines.get(line) ?? 0) + 1)
    }
  return [...bins.values()].sort((a, b) => a.left - b.left)
}

function paintRim(painter: Painter, lines: readonly Line[], view: View): void {
  const marks = rimMarks(lines, view)
  const y = view.plot.top
  painter.font = `9px ${view.theme.font}`
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  marks.forEach(({ left: x, count, lines: behind }, at) => {
    const [first] = behind.keys()
    painter.fillStyle = behind.size === 1 ? first!.color : view.theme.muted
    painter.beginPath()
    painter.moveTo(x - 4, y + 7)
    painter.lineTo(x + 4, y + 7)
    painter.lineTo(x, y)
    painter.fill()
    const room = (marks[at + 1]?.left ?? Infinity) - x
    if (count > 1 && room > RIM_COUNT_PX) painter.fillText(String(count), x + 6, y + 4)
  })
}

/** The words have a rim in the colour of the ground: those of lines that end early stand among other lines. */
const HALO_PX = 4

export function paintLabel(painter: Painter, label: EndLabel, view: View, strong: boolean): void {
  const { theme } = view
  painter.font = `${strong ? 600 : 400} ${AXIS_FONT_PX}px ${theme.font}`
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.setLineDash([])
  painter.strokeStyle = theme.bg
  painter.lineWidth = HALO_PX
  painter.strokeText(label.text, label.x, label.y)
  painter.strokeStyle = label.line.color
  painter.lineWidth = 1
  painter.beginPath()
  painter.moveTo(label.fromX + 1, label.fromY)
  painter.lineTo(label.x - 3, label.y)
  painter.stroke()
  painter.fillStyle = theme.text
  painter.fillText(label.text, label.x, label.y)
}
