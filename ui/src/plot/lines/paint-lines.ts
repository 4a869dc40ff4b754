/** Bands, lines, marks and end labels: the canvas that is dimmed, never redrawn, while the pointer moves. */
import { dashOf } from '../../core/palettes'
import type { Painter } from '../painter'
import type { EndLabel, Plot } from './end-labels'
import { AXIS_FONT_PX } from './paint-frame'
import { paintRim } from './rim'
import { toPixel } from './scale'
import { isSparse, trace, traceBand, visible } from './trace'
import type { Line } from './types'
import type { View } from './view'

/** Above this many lines a stroke is one device pixel wide: Skia draws that 8 times faster than 1.25 pixels. */
export const HAIRLINE_ABOVE = 60
const BAND_ALPHA = 0.16
/** From so many bands on each is fainter: where all overlap, the lines must still be seen. */
const MANY_BANDS = 5
/** From so many lines on they let each other through: how many pass is seen by how dark it is. */
const MANY_LINES = 400
const LEAST_ALPHA = 0.2
const GHOST_ALPHA = 0.4
const RAW_ALPHA = 0.35
/** So many folded lines get a rim in the colour of the ground, which keeps them apart where their bands overlap. */
const MAX_CASED = 24
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

/** Dots nearer than this to another would hide the line. */
const CROWDED_PX = 12

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

const LIVE_RING_PX = 4.5

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
