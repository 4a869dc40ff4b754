/** What follows the pointer: crosshair, dots, the lines lifted out of the rest, and the box of a zoom. */
import type { Painter } from '../painter'
import type { EndLabel } from './end-labels'
import { AXIS_FONT_PX } from './paint-frame'
import { clipToPlot, dot, fillBand, HAIRLINE_ABOVE, lineWidth, paintCased, paintLabel, strokeLine, type View } from './paint-lines'
import { toPixel } from './scale'
import { indexAt } from './search'
import type { Interval, Line } from './types'

/** Dots for all lines only while they can be told apart. */
const MAX_DOTTED = 24
const STRONG_BAND_ALPHA = 0.26
/** More lines than this are lifted in a slimmer stroke. */
const MAX_BOLD = 12
const CHIP_HEIGHT_PX = 18

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
  readonly cursor: number | null
  readonly chip: string
  /** Where the words of the x axis stand, from left to right edge. */
  readonly tickBoxes: readonly Interval[]
  readonly box: Box | null
}

export function paintOverlay(painter: Painter, input: OverlayInput, view: View): void {
  painter.save()
  clipToPlot(painter, view.plot, 2)
  painter.lineJoin = 'round'
  for (const line of input.pinned) paintCased(painter, line, view, 2.5)
  paintLifted(painter, input.lifted, view)
  painter.restore()
  const lifted = new Set(input.lifted.map((line) => line.group + line.label))
  for (const label of input.labels) if (lifted.has(label.line.group + label.line.label)) paintLabel(painter, label, view, true)
  if (input.cursor !== null) paintCursor(painter, input, input.cursor, view)
  if (input.box) paintBox(painter, input.box, view)
}

function paintLifted(painter: Painter, lifted: readonly Line[], view: View): void {
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

function paintCursor(painter: Painter, input: OverlayInput, cursor: number, view: View): void {
  const { plot, theme } = view
  const x = Math.round(toPixel(view.x, cursor)) + 0.5
  if (!(x >= plot.left && x <= plot.right + 1)) return
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
  paintChip(painter, input, x, view)
}

function paintDots(painter: Painter, input: OverlayInput, cursor: number, view: View): void {
  const all = input.lines.filter((line) => line.weight === 'line')
  const shown = input.lifted.length ? [...input.pinned, ...input.lifted] : all.length <= MAX_DOTTED ? all : input.pinned
  for (const line of shown) {
    const index = indexAt(line.x, cursor)
    if (index < 0) continue
    const y = toPixel(view.y, line.y[index]!)
    if (!(y >= view.plot.top && y <= view.plot.bottom)) continue
    const x = toPixel(view.x, line.x[index]!)
    painter.fillStyle = view.theme.bg
    dot(painter, x, y, 4)
    painter.fillStyle = line.color
    dot(painter, x, y, 3)
  }
}

function paintChip(painter: Painter, { chip, tickBoxes }: OverlayInput, x: number, view: View): void {
  const { plot, theme } = view
  painter.font = `500 ${AXIS_FONT_PX}px ${theme.font}`
  const width = painter.measureText(chip).width + 12
  const left = Math.max(2, x - width / 2)
  const top = plot.bottom + 6
  painter.fillStyle = theme.bg
  for (const [from, to] of tickBoxes)
    if (from < left + width && to > left) painter.fillRect(from - 1, top, to - from + 2, CHIP_HEIGHT_PX)
  painter.fillStyle = theme.text
  painter.beginPath()
  painter.roundRect(left, top, width, CHIP_HEIGHT_PX, 4)
  painter.fill()
  painter.fillStyle = theme.bg
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.fillText(chip, left + 6, top + CHIP_HEIGHT_PX / 2 + 0.5)
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
