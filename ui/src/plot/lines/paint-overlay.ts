/** What follows the pointer: the lines lifted out of the rest, crosshair, dots, and the box of a zoom. */
import type { Painter } from '../painter'
import { fan, type EndLabel } from './end-labels'
import { AXIS_FONT_PX } from './paint-frame'
import { clipToPlot, dot, fillBand, HAIRLINE_ABOVE, lineWidth, paintCased, paintLabel, strokeLine } from './paint-lines'
import { toPixel } from './scale'
import { indexAt } from './search'
import type { Cursor, Interval, Line } from './types'
import { valueText } from './value-text'
import type { View } from './view'

/** Dots for all lines only while they can be told apart, values beside them while these are few. */
const MAX_DOTTED = 24
const MAX_READ = 3
/** From one value beside a dot to the next, and from a dot to its value. */
const VALUE_PX = AXIS_FONT_PX + 2
const VALUE_GAP_PX = 7
const STRONG_BAND_ALPHA = 0.26
/** More lines than this are lifted in a slimmer stroke. */
const MAX_BOLD = 12
const CHIP_HEIGHT_PX = 18
const CHIP_ROOM_PX = 6
/** What the crosshair's canvas holds on either side: its chip, and the words of the axis below that. */
const CURSOR_PX = 128
/** A value fits in there, however short the words of the axis are. */
const LEAST_LEVEL_PX = 48

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface OverlayInput {
  readonly lines: readonly Line[]
  /** Drawn over the dimmed rest. */
  readonly lifted: readonly Line[]
  readonly pinned: readonly Line[]
  readonly labels: readonly EndLabel[]
  readonly cursor: Cursor | null
  readonly chip: string
  /** Where the words of the x axis stand, from left to right edge. */
  readonly tickBoxes: readonly Interval[]
  readonly box: Box | null
}

export function paintLifted(painter: Painter, { lifted, pinned, labels }: OverlayInput, view: View): void {
  painter.save()
  clipToPlot(painter, view.plot, 2)
  painter.lineJoin = 'bevel'
  for (const line of pinned) paintCased(painter, line, view, 2.5)
  liftLines(painter, lifted, view)
  painter.restore()
  for (const label of strongLabels(labels, lifted)) paintLabel(painter, label, view, true)
}

function strongLabels(labels: readonly EndLabel[], lifted: readonly Line[]): EndLabel[] {
  const names = new Set(lifted.map((line) => line.group + line.label))
  return labels.filter((label) => names.has(label.line.group + label.line.label))
}

function liftLines(painter: Painter, lifted: readonly Line[], view: View): void {
  painter.globalAlpha = STRONG_BAND_ALPHA
  for (const line of lifted) if (line.lo) fillBand(painter, line, view)
  painter.globalAlpha = 1
  const dense = lifted.length > HAIRLINE_ABOVE
  const single = lifted.some((line) => line.run !== null)
  for (const line of lifted) {
    if (dense) strokeLine(painter, line, view, lineWidth(lifted, line, view.dpr))
    else if (single && line.run === null) paintBackground(painter, line, view)
    else paintCased(painter, line, view, lifted.length > MAX_BOLD ? 1.5 : 2.5)
  }
}

/** The folded line behind one of its runs. */
function paintBackground(painter: Painter, line: Line, view: View): void {
  painter.globalAlpha = 0.5
  strokeLine(painter, line, view, 1)
  painter.globalAlpha = 1
}

/** Where the value at the pointer stands, left of the y axis; null when no point is pointed at. */
export function levelBox(cursor: Cursor | null, { plot, y }: View): Box | null {
  if (cursor === null || cursor.y === null) return null
  const at = toPixel(y, cursor.y)
  if (!(at >= plot.top - 1 && at <= plot.bottom + 1)) return null
  const top = Math.round(at - CHIP_HEIGHT_PX / 2)
  return { left: 0, top, right: Math.max(plot.left - 2, LEAST_LEVEL_PX), bottom: top + CHIP_HEIGHT_PX }
}

export function paintLevel(painter: Painter, value: number, box: Box, view: View): void {
  painter.font = `600 ${AXIS_FONT_PX}px ${view.theme.font}`
  const text = valueText(value, view.y.domain)
  const width = Math.min(box.right, painter.measureText(text).width + 2 * CHIP_ROOM_PX)
  paintChip(painter, text, Math.max(0, view.plot.left - 2 - width), box.top, width, view)
}

/** Where the crosshair and its words stand, always of one size; null when there is none in view. */
export function cursorBox({ cursor, box }: OverlayInput, { plot, x }: View): Box | null {
  const bottom = plot.bottom + CHIP_HEIGHT_PX + 8
  if (box) return { left: 0, top: 0, right: plot.right + 8, bottom }
  if (cursor === null) return null
  const at = toPixel(x, cursor.x)
  return at >= plot.left - 1 && at <= plot.right + 1 ? { left: Math.round(at) - CURSOR_PX, top: 0, right: Math.round(at) + CURSOR_PX, bottom } : null
}

export function paintCursor(painter: Painter, input: OverlayInput, view: View): void {
  const { cursor } = input
  const { plot, theme } = view
  if (cursor !== null) {
    const x = Math.round(toPixel(view.x, cursor.x)) + 0.5
    painter.strokeStyle = theme.text
    painter.globalAlpha = 0.7
    painter.lineWidth = 1
    painter.setLineDash([])
    painter.beginPath()
    painter.moveTo(x, plot.top)
    painter.lineTo(x, plot.bottom)
    painter.stroke()
    painter.globalAlpha = 1
    paintDots(painter, input, cursor, view)
    paintPlace(painter, input, x, view)
  }
  if (input.box) paintBox(painter, input.box, view)
}

function paintDots(painter: Painter, input: OverlayInput, cursor: Cursor, view: View): void {
  const all = input.lines.filter((line) => line.weight === 'line')
  const shown = input.lifted.length ? [...input.pinned, ...input.lifted] : all.length <= MAX_DOTTED ? all : input.pinned
  // Of a run before its folded line, the run is what is meant.
  const runs = shown.filter((line) => line.run !== null)
  const meant = runs.length ? runs : shown
  const read = cursor.y === null && input.lifted.length > 0 && meant.length <= MAX_READ
  const points = shown.flatMap((line): Point[] => {
    const index = indexAt(line.x, cursor.x)
    const y = index < 0 ? NaN : toPixel(view.y, line.y[index]!)
    return y >= view.plot.top && y <= view.plot.bottom ? [{ line, x: toPixel(view.x, line.x[index]!), y, value: line.y[index]! }] : []
  })
  for (const { line, x, y } of points) {
    painter.fillStyle = view.theme.bg
    dot(painter, x, y, 4)
    painter.fillStyle = line.color
    dot(painter, x, y, 3)
  }
  if (read) paintValues(painter, points.filter(({ line }) => meant.includes(line)), view)
}

interface Point {
  readonly line: Line
  readonly x: number
  readonly y: number
  readonly value: number
}

/** Values beside their dots, in a chart that is not pointed at itself: none covers another or the names behind the plot. */
function paintValues(painter: Painter, points: readonly Point[], { plot, theme, y }: View): void {
  painter.font = `600 ${AXIS_FONT_PX}px ${theme.font}`
  painter.textBaseline = 'middle'
  painter.textAlign = 'left'
  painter.strokeStyle = theme.bg
  painter.lineWidth = 4
  painter.fillStyle = theme.text
  const downwards = [...points].sort((a, b) => a.y - b.y)
  const tops = fan(downwards.map((point) => point.y - AXIS_FONT_PX), VALUE_PX, plot.top + AXIS_FONT_PX / 2, plot.bottom - AXIS_FONT_PX / 2)
  downwards.forEach(({ x, value }, at) => {
    const text = valueText(value, y.domain)
    const width = painter.measureText(text).width
    const left = x + VALUE_GAP_PX + width > plot.right ? x - VALUE_GAP_PX - width : x + VALUE_GAP_PX
    painter.strokeText(text, left, tops[at]!)
    painter.fillText(text, left, tops[at]!)
  })
}

/** The place on the x axis, over the words of the axis that it stands on. */
function paintPlace(painter: Painter, { chip, tickBoxes }: OverlayInput, x: number, view: View): void {
  painter.font = `600 ${AXIS_FONT_PX}px ${view.theme.font}`
  const width = painter.measureText(chip).width + 2 * CHIP_ROOM_PX
  const left = Math.max(2, x - width / 2)
  const top = view.plot.bottom + 6
  painter.fillStyle = view.theme.bg
  for (const [from, to] of tickBoxes)
    if (from < left + width && to > left) painter.fillRect(from - 1, top, to - from + 2, CHIP_HEIGHT_PX)
  paintChip(painter, chip, left, top, width, view)
}

function paintChip(painter: Painter, text: string, left: number, top: number, width: number, { theme }: View): void {
  painter.fillStyle = theme.text
  painter.beginPath()
  painter.roundRect(left, top, width, CHIP_HEIGHT_PX, 4)
  painter.fill()
  painter.fillStyle = theme.bg
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.fillText(text, left + CHIP_ROOM_PX, top + CHIP_HEIGHT_PX / 2 + 0.5)
}

function paintBox(painter: Painter, box: Box, view: View): void {
  painter.fillStyle = view.theme.accent
  painter.strokeStyle = view.theme.accent
  painter.lineWidth = 1
  painter.setLineDash([])
  painter.globalAlpha = 0.12
  painter.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top)
  painter.globalAlpha = 1
  painter.strokeRect(box.left + 0.5, box.top + 0.5, box.right - box.left - 1, box.bottom - box.top - 1)
}
