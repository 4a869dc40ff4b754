/** The top layer: the run that stands out and the one under the pointer, with their values and ranks. */
import { decimalsFor, formatFixed, formatNumber } from '../../core/format'
import type { ThemeTokens } from '../../core/theme-tokens'
import { type Axis, isNumeric, slotText } from './axis'
import { type Box, fitText, haloText } from './draw-axes'
import { placeLabels } from './labels'
import type { Layout } from './layout'
import { type Lines, trace } from './paths'
import type { Scene } from './scene'

type Pen = CanvasRenderingContext2D

export interface Emphasis {
  readonly run: number
  readonly line: string // colour
  readonly text: string // colour
  /** Under the name: "best acc en, .876". */
  readonly caption: string
}

export interface Stage {
  readonly pen: Pen
  readonly layout: Layout
  readonly lines: Lines
  readonly scene: Scene
  readonly theme: ThemeTokens
  /** Runs that labels should not cover. */
  readonly crowd: Uint32Array
  /** Boxes that labels may not cover. */
  readonly taken: readonly Box[]
}

const LOG_DIGITS = 3
const NAME_OFFSET_PX = 44
const NAME_HEIGHT_PX = 34
const DOT_PX = 4

/** The line itself on a rim of background, and a dot on every axis with a goal. */
export function drawEmphasisedLine(stage: Stage, { run, line }: Emphasis): void {
  const { pen, lines, scene, theme } = stage
  pen.lineJoin = 'round'
  for (const [colour, width] of [
    [theme.bg, 6],
    [line, 2.5],
  ] as const) {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.beginPath()
    trace(pen, lines, run)
    pen.stroke()
  }
  scene.axes.forEach((axis, i) => {
    if (axis.goal === null || Number.isNaN(axis.numbers[run])) return
    pen.beginPath()
    pen.arc(lines.x[i]!, lines.y[run * lines.x.length + i]!, DOT_PX, 0, 2 * Math.PI)
    pen.fillStyle = line
    pen.fill()
    pen.strokeStyle = theme.bg
    pen.lineWidth = 1.5
    pen.stroke()
  })
}

/** Value and rank beside each axis that needs them. */
export function drawValues(stage: Stage, { run, text }: Emphasis): void {
  const { pen, layout, lines, scene, theme } = stage
  pen.font = `500 11px ${theme.font}`
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  const last = scene.axes.length - 1
  const texts = scene.axes.map((axis, i) => (i === last && axis.goal !== null ? '' : valueText(scene, i, run)))
  const widths = texts.map((value) => (value === '' ? 0 : Math.ceil(pen.measureText(value).width)))
  for (const box of placeLabels(layout, lines, run, widths, stage.crowd, stage.taken))
    haloText(stage, texts[box.axis]!, box.x, box.y + box.height / 2, text)
}

/** ".792, rank 62"; nothing on axes whose slots already name the value. */
export function valueText(scene: Scene, i: number, run: number): string {
  const axis = scene.axes[i]!
  const value = axis.numbers[run]!
  if (axis.scale === null || Number.isNaN(value)) return ''
  if (axis.goal === null) return slotText(axis, value)
  const rank = scene.ranks[i]?.[run]
  return rank ? `${axisNumber(axis, value)}, rank ${rank}` : axisNumber(axis, value)
}

/** A value with the digits at which the runs of its axis differ. */
export function axisNumber(axis: Axis, value: number): string {
  if (!isNumeric(axis) || axis.scale === null) return String(value)
  if (axis.scale.kind === 'log') return formatNumber(value, LOG_DIGITS)
  const decimals = decimalsFor(axis.scale.from(0), axis.scale.from(1))
  const lost = value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals
  return lost ? formatNumber(value, LOG_DIGITS) : formatFixed(value, decimals)
}

/** Name and caption at the right end of the line. Returns the box, so that a second name keeps clear of it. */
export function drawName(stage: Stage, { run, line, text, caption }: Emphasis, taken: Box | null): Box {
  const { pen, layout, lines, scene, theme } = stage
  const last = lines.x.length - 1
  const end = lines.y[run * lines.x.length + last]!
  const x = lines.x[last]! + NAME_OFFSET_PX
  const y = clearOf(end, taken, layout)
  const width = layout.width - x - 8
  pen.strokeStyle = line
  pen.lineWidth = 1
  pen.beginPath()
  pen.moveTo(lines.x[last]! + DOT_PX + 2, end)
  pen.lineTo(x - 14, end)
  pen.lineTo(x - 4, y)
  pen.stroke()
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  pen.font = `600 12px ${theme.font}`
  haloText(stage, fitText(pen, scene.names[run]!, width), x, y, text)
  pen.font = `11px ${theme.font}`
  haloText(stage, fitText(pen, caption, width), x, y + 16, text)
  return { x, y: y - 8, width, height: NAME_HEIGHT_PX }
}

function clearOf(y: number, taken: Box | null, layout: Layout): number {
  const inside = Math.min(layout.bottom - 16, Math.max(layout.top, y))
  if (taken === null || inside - 8 >= taken.y + NAME_HEIGHT_PX || inside - 8 + NAME_HEIGHT_PX <= taken.y) return inside
  return inside - 8 >= taken.y ? taken.y + NAME_HEIGHT_PX + 8 : taken.y - NAME_HEIGHT_PX + 8
}
