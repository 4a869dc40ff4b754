/** What follows the selection: strips that count runs along the axes, brushes, and what they select in words. */

import type { ThemeTokens } from '../../core/theme-tokens'
import type { Axis } from '../axes/axis'
import { type BrushPart, type Brushes, extentOf, partText } from '../axes/brush'
import type { Box, Frame } from './draw-axes'
import { histogram } from './histogram'
import { type Layout, yOf } from './layout'

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
