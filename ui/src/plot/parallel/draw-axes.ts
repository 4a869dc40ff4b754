/** What stands around the lines: axes with ticks, colour bar, rails, correlations, strips and brushes. */

import type { Axis } from '../axes/axis'
import { type BrushPart, type Brushes, extentOf, partText } from '../axes/brush'
import { histogram } from './histogram'
import { formatFixed } from '../../core/format'
import { type Layout, railText, tickLabels, yOf } from './layout'
import type { Importance } from '../axes/rank'
import type { Scene } from '../axes/scene'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Painter } from '../painter'
import { fitText } from '../shorten'
import { binColour } from '../axes/theme'
import { RAMP_BINS } from '../axes/colour'

type Pen = Painter

export interface Frame {
  readonly pen: Pen
  readonly layout: Layout
  readonly scene: Scene
  readonly theme: ThemeTokens
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a brush selects, in words. */
export interface Chip extends Box {
  readonly text: string
}

/** Runs that brushes select, of those that the plot shows. */
export interface Selection {
  readonly selected: Uint8Array
  readonly members: Uint8Array | null // null = all
  readonly brushed: boolean
}

const BRUSH_HALF_PX = 6
const CHIP_GAP_PX = 14
const CHIP_HEIGHT_PX = 18
const STRIP_PX = 28
const STRIP_SHARE = 0.22
const STRIP_GAP_PX = 3.5
const BAND_PX = 3
/** Bars of about this height show the shape without the noise of single runs. */
const BAR_PX = 14
const COLOUR_BAR_PX = 6

/** Axes, ticks, labels, the colour bar, rails and correlations: all that a brush does not change. */
export function drawAxes(frame: Frame): void {
  frame.scene.axes.forEach((axis, i) => {
    const { pen, layout, scene, theme } = frame
    const x = layout.x[i]!
    if (i === scene.colourAxis && scene.colouring.scale !== 'none') drawColourBar(frame, axis, x)
    else drawStem(pen, x, layout, theme.muted)
    drawTicks(frame, axis, x)
    drawRail(frame, axis, x)
    drawCorrelation(frame, i, x)
  })
}

function drawStem(pen: Pen, x: number, layout: Layout, colour: string): void {
  pen.globalAlpha = 0.7
  pen.strokeStyle = colour
  pen.lineWidth = 1
  pen.beginPath()
  pen.moveTo(x, layout.top)
  pen.lineTo(x, layout.bottom)
  pen.stroke()
  pen.globalAlpha = 1
}

/** The colour axis is its own legend: each height has the colour of the runs there. */
function drawColourBar(frame: Frame, axis: Axis, x: number): void {
  const { pen, layout, scene, theme } = frame
  const height = layout.bottom - layout.top
  drawStem(pen, x, layout, theme.muted)
  const left = x - COLOUR_BAR_PX / 2
  if (axis.scale === null) {
    const tall = (height / axis.slots.length) * 0.8
    axis.slots.forEach((slot, i) => {
      const bin = scene.colouring.scale === 'palette' ? i : rampBin(scene.colouring.shareOf(Number(slot.value)))
      pen.fillStyle = binColour(theme, scene.colouring.scale, bin)
      pen.fillRect(left, yOf(layout, axis.flipped ? 1 - slot.at : slot.at) - tall / 2, COLOUR_BAR_PX, tall)
    })
    return
  }
  const [low, high] = finiteExtent(axis)
  for (let y = 0; y < height; y++) {
    const place = 1 - (y + 0.5) / height
    const value = axis.scale.from(axis.flipped ? 1 - place : place)
    if (value < low || value > high) continue
    pen.fillStyle = binColour(theme, 'ramp', rampBin(scene.colouring.shareOf(value)))
    pen.fillRect(left, layout.top + y, COLOUR_BAR_PX, 1.5)
  }
}

function rampBin(share: number): number {
  return Math.max(0, Math.min(RAMP_BINS - 1, Math.floor(share * RAMP_BINS)))
}

function finiteExtent(axis: Axis): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const value of axis.numbers) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

function drawTicks(frame: Frame, axis: Axis, x: number): void {
  const { pen, layout, theme } = frame
  const continuous = axis.scale !== null
  pen.font = `11px ${theme.font}`
  pen.textAlign = 'right'
  pen.textBaseline = 'middle'
  pen.strokeStyle = theme.muted
  pen.lineWidth = 1
  for (const { at, text } of tickLabels(axis, layout.bottom - layout.top)) {
    const y = Math.round(yOf(layout, at)) + (continuous ? 0.5 : 0)
    if (continuous) {
      pen.beginPath()
      pen.moveTo(x - 4, y)
      pen.lineTo(x, y)
      pen.stroke()
    }
    haloText(frame, fitText(pen, text, Math.max(48, layout.gap * 0.6)), x - 8, y, continuous ? theme.muted : theme.text)
  }
}

/** Text that stays readable over lines: a rim of background goes round its letters. */
export function haloText(
  frame: Pick<Frame, 'pen' | 'theme'>,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  const { pen, theme } = frame
  pen.save()
  pen.lineJoin = 'round'
  pen.strokeStyle = theme.bg
  pen.globalAlpha = 0.9
  pen.lineWidth = 4
  pen.strokeText(text, x, y)
  pen.globalAlpha = 1
  pen.fillStyle = colour
  pen.fillText(text, x, y)
  pen.restore()
}

/** Where runs without a place on the axis pass, and how many. */
function drawRail(frame: Frame, axis: Axis, x: number): void {
  const text = railText(axis)
  if (text === '') return
  const { pen, layout, theme } = frame
  pen.strokeStyle = theme.muted
  pen.lineWidth = 1
  pen.beginPath()
  pen.moveTo(x - 5, Math.round(layout.railY) + 0.5)
  pen.lineTo(x + 5, Math.round(layout.railY) + 0.5)
  pen.stroke()
  pen.font = `11px ${theme.font}`
  pen.textAlign = 'right'
  pen.textBaseline = 'middle'
  // Below the rail, so that lines on it do not strike it out.
  haloText(frame, text, x - 9, layout.railY + 10, theme.muted)
}

/** Fewer runs than this make a correlation that chance explains well. */
const FEW_PAIRS = 10
const IMPORTANCE_SIGN = { rho: 'ρ', eta: 'η', none: '' } as const

function drawCorrelation(frame: Frame, i: number, x: number): void {
  const { pen, layout, scene, theme } = frame
  const text = importanceText(scene, i)
  if (text === '') return
  const faint = i === scene.colourAxis || scene.importance[i]!.n < FEW_PAIRS
  pen.font = `${faint ? 400 : 500} 11px ${theme.font}`
  pen.textAlign = 'center'
  pen.textBaseline = 'alphabetic'
  pen.fillStyle = faint ? theme.muted : theme.text
  pen.fillText(fitText(pen, text, layout.gap - 4), x, layout.height - 8)
}

/** "ρ .77", "η .31 (n 8)" where the runs are few, "colour" below the axis that gives it. */
function importanceText(scene: Pick<Scene, 'importance' | 'colourAxis'>, i: number): string {
  if (i === scene.colourAxis) return 'colour'
  return importanceWords(scene.importance[i]!)
}

export function importanceWords({ kind, value, n }: Importance): string {
  if (kind === 'none') return ''
  return `${IMPORTANCE_SIGN[kind]} ${formatFixed(value, 2)}${n < FEW_PAIRS ? ` (n ${n})` : ''}`
}

/** Strips and brushes: what follows the selection. Returns the chips of the brushes, which stand above the lines. */
export function drawSelection(frame: Frame, brushes: Brushes, selection: Selection): Chip[] {
  const chips: Chip[] = []
  frame.scene.axes.forEach((axis, i) => {
    drawStrip(frame, axis, i, selection)
    const parts = brushes.get(axis.key) ?? []
    for (const part of parts) chips.push(...drawBrush(frame, i, part, chips))
  })
  return chips
}

function drawStrip(frame: Frame, axis: Axis, i: number, selection: Selection): void {
  const { selected, members, brushed } = selection
  if (axis.scale === null) {
    if (brushed) drawBands(frame, i, selection)
    return
  }
  const { pen, layout, scene, theme } = frame
  const height = layout.bottom - layout.top
  const bars = histogram(scene.places[i]!, selected, Math.max(8, Math.round(height / BAR_PX)), members)
  const most = bars.reduce((max, bar) => Math.max(max, bar.all), 1)
  const perRun = Math.min(STRIP_PX, layout.gap * STRIP_SHARE) / most
  const left = layout.x[i]! + STRIP_GAP_PX
  for (const bar of bars) {
    const top = yOf(layout, bar.high) + 0.5
    const tall = Math.max(1, (bar.high - bar.low) * height - 1)
    pen.globalAlpha = 0.75
    pen.fillStyle = theme.bar
    pen.fillRect(left, top, bar.all * perRun, tall)
    if (!brushed) continue
    pen.globalAlpha = 0.9
    pen.fillStyle = theme.muted
    pen.fillRect(left, top, bar.selected * perRun, tall)
  }
  pen.globalAlpha = 1
}

/** The bands of a discrete axis show by their height how many runs a value has; here, which of them are selected. */
function drawBands(frame: Frame, i: number, { selected, members }: Selection): void {
  const { pen, layout, scene, theme } = frame
  const height = Math.round(layout.bottom - layout.top)
  for (const bar of histogram(scene.places[i]!, selected, height, members)) {
    pen.fillStyle = bar.selected > 0 ? theme.muted : theme.bar
    pen.fillRect(layout.x[i]! + STRIP_GAP_PX, layout.bottom - bar.high * height, BAND_PX, 1)
  }
}

function drawBrush(frame: Frame, i: number, part: BrushPart, taken: readonly Chip[]): Chip[] {
  const { layout, scene } = frame
  const axis = scene.axes[i]!
  const x = layout.x[i]!
  const extents = brushExtents(axis, part, layout)
  for (const [top, bottom] of extents) drawBrushBox(frame, x, top, bottom)
  if (part.kind !== 'range' || extents.length === 0) return []
  return [placeChip(frame, partText(axis, part), i, extents[0]![0], taken)]
}

/** Top and bottom pixel of each box of a brush. */
function brushExtents(axis: Axis, part: BrushPart, layout: Layout): [number, number][] {
  if (part.kind === 'rail') return [[layout.railY - 7, layout.railY + 7]]
  if (part.kind === 'range') {
    if (axis.scale === null) return []
    const [low, high] = extentOf(axis, part.low, part.high)
    return [[yOf(layout, high), yOf(layout, low)]]
  }
  const half = (layout.bottom - layout.top) / Math.max(1, axis.slots.length) / 2
  return axis.slots
    .filter((slot) => part.values.includes(slot.value))
    .map((slot) => yOf(layout, axis.flipped ? 1 - slot.at : slot.at))
    .map((y) => [y - half * 0.8, y + half * 0.8])
}

function drawBrushBox(frame: Frame, x: number, top: number, bottom: number): void {
  const { pen, theme } = frame
  pen.beginPath()
  pen.roundRect(x - BRUSH_HALF_PX, top, 2 * BRUSH_HALF_PX, Math.max(2, bottom - top), 2)
  pen.fillStyle = theme.accent
  pen.globalAlpha = 0.16
  pen.fill()
  pen.globalAlpha = 1
  pen.strokeStyle = theme.accent
  pen.lineWidth = 1.25
  pen.stroke()
}

/** To the right of the axis; of the last one to the left, for names stand on its right. Below those that are there. */
function placeChip({ pen, layout, scene, theme }: Frame, text: string, i: number, top: number, taken: readonly Chip[]): Chip {
  pen.font = chipFont(theme)
  const width = Math.ceil(pen.measureText(text).width) + 14
  const isLast = i === scene.axes.length - 1 && i > 0
  const x = layout.x[i]! + (isLast ? -CHIP_GAP_PX - width : CHIP_GAP_PX)
  const chip = { text, x, y: Math.min(top, layout.bottom - CHIP_HEIGHT_PX), width, height: CHIP_HEIGHT_PX }
  const under = taken.filter((other) => other.x < x + width && x < other.x + other.width)
  for (const other of under.toSorted((a, b) => a.y - b.y))
    if (chip.y < other.y + other.height + 2 && other.y < chip.y + chip.height + 2) chip.y = other.y + other.height + 2
  return chip
}

const chipFont = (theme: ThemeTokens): string => `500 11px ${theme.font}`

export function drawChip({ pen, theme }: Pick<Frame, 'pen' | 'theme'>, box: Chip): void {
  pen.beginPath()
  pen.roundRect(box.x + 0.5, Math.round(box.y) + 0.5, box.width - 1, box.height - 1, 4)
  pen.fillStyle = theme.bg
  pen.fill()
  pen.strokeStyle = theme.accent
  pen.lineWidth = 1
  pen.stroke()
  pen.fillStyle = theme.text
  pen.font = chipFont(theme)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(box.text, box.x + box.width / 2, Math.round(box.y) + box.height / 2 + 0.5)
}
