/** What follows the pointer: crosshair, dots, the lines lifted out of the rest, and the box of a zoom. */
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

export function paintOverlay(context: CanvasRenderingContext2D, input: OverlayInput, view: View): void {
  context.save()
  clipToPlot(context, view.plot, 2)
  context.lineJoin = 'round'
  for (const line of input.pinned) paintCased(context, line, view, 2.5)
  paintLifted(context, input.lifted, view)
  context.restore()
  const lifted = new Set(input.lifted.map((line) => line.group + line.label))
  for (const label of input.labels) if (lifted.has(label.line.group + label.line.label)) paintLabel(context, label, view, true)
  if (input.cursor !== null) paintCursor(context, input, input.cursor, view)
  if (input.box) paintBox(context, input.box, view)
}

function paintLifted(context: CanvasRenderingContext2D, lifted: readonly Line[], view: View): void {
  context.globalAlpha = STRONG_BAND_ALPHA
  for (const line of lifted) if (line.lo) fillBand(context, line, view)
  context.globalAlpha = 1
  const dense = lifted.length > HAIRLINE_ABOVE
  const single = lifted.some((line) => line.run !== null)
  for (const line of lifted) {
    if (dense) strokeLine(context, line, view, lineWidth(lifted, line, view.dpr))
    else if (single && line.run === null) paintBackground(context, line, view)
    else paintCased(context, line, view, lifted.length > MAX_BOLD ? 1.5 : 2.5)
  }
}

/** The folded line behind one of its runs. */
function paintBackground(context: CanvasRenderingContext2D, line: Line, view: View): void {
  context.globalAlpha = 0.5
  strokeLine(context, line, view, 1)
  context.globalAlpha = 1
}

function paintCursor(context: CanvasRenderingContext2D, input: OverlayInput, cursor: number, view: View): void {
  const { plot, theme } = view
  const x = Math.round(toPixel(view.x, cursor)) + 0.5
  if (!(x >= plot.left && x <= plot.right + 1)) return
  context.strokeStyle = theme.text
  context.globalAlpha = 0.7
  context.lineWidth = 1
  context.setLineDash([])
  context.beginPath()
  context.moveTo(x, plot.top)
  context.lineTo(x, plot.bottom)
  context.stroke()
  context.globalAlpha = 1
  paintDots(context, input, cursor, view)
  paintChip(context, input, x, view)
}

function paintDots(context: CanvasRenderingContext2D, input: OverlayInput, cursor: number, view: View): void {
  const all = input.lines.filter((line) => line.weight === 'line')
  const shown = input.lifted.length ? [...input.pinned, ...input.lifted] : all.length <= MAX_DOTTED ? all : input.pinned
  for (const line of shown) {
    const index = indexAt(line.x, cursor)
    if (index < 0) continue
    const y = toPixel(view.y, line.y[index]!)
    if (!(y >= view.plot.top && y <= view.plot.bottom)) continue
    const x = toPixel(view.x, line.x[index]!)
    context.fillStyle = view.theme.bg
    dot(context, x, y, 4)
    context.fillStyle = line.color
    dot(context, x, y, 3)
  }
}

function paintChip(context: CanvasRenderingContext2D, { chip, tickBoxes }: OverlayInput, x: number, view: View): void {
  const { plot, theme } = view
  context.font = `500 ${AXIS_FONT_PX}px ${theme.font}`
  const width = context.measureText(chip).width + 12
  const left = Math.max(2, x - width / 2)
  const top = plot.bottom + 6
  context.fillStyle = theme.bg
  for (const [from, to] of tickBoxes)
    if (from < left + width && to > left) context.fillRect(from - 1, top, to - from + 2, CHIP_HEIGHT_PX)
  context.fillStyle = theme.text
  context.beginPath()
  context.roundRect(left, top, width, CHIP_HEIGHT_PX, 4)
  context.fill()
  context.fillStyle = theme.bg
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(chip, left + 6, top + CHIP_HEIGHT_PX / 2 + 0.5)
}

function paintBox(context: CanvasRenderingContext2D, box: Box, view: View): void {
  context.fillStyle = view.theme.accent
  context.strokeStyle = view.theme.accent
  context.lineWidth = 1
  context.setLineDash([])
  context.globalAlpha = 0.12
  context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top)
  context.globalAlpha = 1
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.right - box.left - 1, box.bottom - box.top - 1)
}
