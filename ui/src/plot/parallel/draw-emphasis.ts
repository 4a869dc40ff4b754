/** The top layer: the run that stands out and the one under the pointer, with their values and ranks. */
import { dashOf } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Painter } from '../painter'
import { type Axis, placeOn } from '../axes/axis'
import { axisNumber, slotText } from '../axes/axis-text'
import { fitText } from '../shorten'
import { type Box, haloText } from './draw-axes'
import { type Chip, drawChip } from './draw-selection'
import { overlaps, placeLabels } from './labels'
import { LABEL_PX, type Layout, tickLabels, yOf } from './layout'
import { type Lines, trace } from './paths'
import type { Scene } from '../axes/scene'


export interface Emphasis {
  readonly run: number
  readonly line: string // colour
  readonly text: string // colour
  /** Under the name: "best acc en, .876". */
  readonly caption: string
}

export interface Stage {
  readonly pen: Painter
  readonly layout: Layout
  readonly lines: Lines
  readonly scene: Scene
  readonly theme: ThemeTokens
  /** Runs that labels should not cover. */
  readonly crowd: Uint32Array
  /** What brushes select, in words; labels may not cover it. */
  readonly chips: readonly Chip[]
}

/**
 * The lines, then the chips, then the names, each clear of those before; the values of the last line alone.
 *
 * Args: emphases: the last one is drawn on top.
 */
export function drawEmphasis(stage: Stage, emphases: readonly Emphasis[]): void {
  for (const emphasis of emphases) {
    drawRange(stage, emphasis)
    drawEmphasisedLine(stage, emphasis)
  }
  for (const chip of stage.chips) drawChip(stage, chip)
  const names: Box[] = []
  for (const emphasis of emphases) names.push(drawName(stage, emphasis, names))
  const last = emphases.at(-1)
  if (last) drawValues(stage, last, [...stage.chips, ...names])
}

const NAME_OFFSET_PX = 44
const NAME_HEIGHT_PX = 34
const DOT_PX = 4

const BAND_ALPHA = 0.16
const WHISKER_PX = 7

/** The band from the least to the greatest value of the runs that a folded line stands for. */
function drawRange({ pen, layout, lines, scene }: Stage, { run, line }: Emphasis): void {
  const ends = scene.axes.map((axis, i) => rangeAt(axis, run, layout, lines.y[run * lines.x.length + i]!))
  if (ends.every(([low, high]) => low === high)) return
  pen.fillStyle = line
  pen.globalAlpha = BAND_ALPHA
  pen.beginPath()
  ends.forEach(([low], i) => (i === 0 ? pen.moveTo(lines.x[i]!, low) : pen.lineTo(lines.x[i]!, low)))
  for (let i = ends.length - 1; i >= 0; i--) pen.lineTo(lines.x[i]!, ends[i]![1])
  pen.closePath()
  pen.fill()
  pen.globalAlpha = 1
  pen.strokeStyle = line
  pen.lineWidth = 1
  ends.forEach(([low, high], i) => {
    if (low === high) return
    pen.beginPath()
    for (const y of [low, high]) {
      pen.moveTo(lines.x[i]! - WHISKER_PX / 2, y)
      pen.lineTo(lines.x[i]! + WHISKER_PX / 2, y)
    }
    pen.stroke()
  })
}

function rangeAt(axis: Axis, run: number, layout: Layout, y: number): [number, number] {
  const low = axis.spread?.low[run] ?? NaN
  const high = axis.spread?.high[run] ?? NaN
  if (axis.scale === null || Number.isNaN(low) || Number.isNaN(high)) return [y, y]
  return [yOf(layout, placeOn(axis, low)), yOf(layout, placeOn(axis, high))]
}

/** The line itself on a rim of background, and a dot on every axis with a goal. */
function drawEmphasisedLine(stage: Stage, { run, line }: Emphasis): void {
  const { pen, lines, scene, theme } = stage
  pen.lineJoin = 'round'
  for (const [colour, width] of [
    [theme.bg, 6],
    [line, 2.5],
  ] as const) {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.beginPath()
    if (colour === line && scene.strokes) pen.setLineDash([...dashOf(scene.strokes.of[run]!)])
    trace(pen, lines, run)
    pen.stroke()
  }
  pen.setLineDash([])
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
function drawValues(stage: Stage, { run, text }: Emphasis, taken: readonly Box[]): void {
  const { pen, layout, lines, scene, theme } = stage
  pen.font = `500 11px ${theme.font}`
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  const last = scene.axes.length - 1
  const texts = scene.axes.map((axis, i) => (i === last && axis.goal !== null ? '' : valueText(scene, i, run)))
  const widths = texts.map((value) => (value === '' ? 0 : Math.ceil(pen.measureText(value).width)))
  for (const box of placeLabels(layout, lines, run, widths, stage.crowd, taken, tickBoxes(stage)))
    haloText(stage, texts[box.axis]!, box.x, box.y + box.height / 2, text)
}

const TICK_GAP_PX = 8

/** Where the labels of ticks stand, to the left of their axes. */
function tickBoxes({ pen, layout, scene }: Stage): Box[] {
  return scene.axes.flatMap((axis, i) =>
    tickLabels(axis, layout.bottom - layout.top).map(({ at, text }) => {
      const width = pen.measureText(text).width
      return { x: layout.x[i]! - TICK_GAP_PX - width, y: yOf(layout, at) - LABEL_PX / 2, width, height: LABEL_PX }
    }),
  )
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

/** Name and caption at the right end of the line. Returns the box, so that other names keep clear of it. */
function drawName(stage: Stage, { run, line, text, caption }: Emphasis, taken: readonly Box[]): Box {
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
  return nameBox(x, y, width)
}

const nameBox = (x: number, y: number, width: number): Box => ({ x, y: y - 8, width, height: NAME_HEIGHT_PX })

/** The height nearest to `y` at which a name covers no other. */
function clearOf(y: number, taken: readonly Box[], layout: Layout): number {
  const [least, most] = [layout.top, layout.bottom - 16]
  const inside = Math.min(most, Math.max(least, y))
  const heights = [inside, ...taken.flatMap((box) => [box.y + 8 - NAME_HEIGHT_PX, box.y + 8 + NAME_HEIGHT_PX])]
  const free = heights.filter(
    (at) => at >= least && at <= most && !taken.some((box) => overlaps(nameBox(box.x, at, box.width), box)),
  )
  return free.sort((a, b) => Math.abs(a - inside) - Math.abs(b - inside))[0] ?? inside
}
