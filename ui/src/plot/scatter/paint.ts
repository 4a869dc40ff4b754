/** Axes, dots and trends of one panel, onto anything that can be painted on. */
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Axis } from '../axes/axis'
import { ticksOf } from '../axes/axis-text'
import type { Tick } from '../axes/scale'
import { colourOf } from '../axes/theme'
import type { PaintSize, Painter } from '../painter'
import { fitText } from '../shorten'
import type { Panel, Scatter } from './scene'

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Stage {
  readonly scatter: Scatter
  readonly panel: Panel
  readonly box: Box
  readonly theme: ThemeTokens
  /** 1 a selected run; null = nothing is brushed. */
  readonly selected: Uint8Array | null
}

const FONT_PX = 11
const TOP_PX = 28
const RIGHT_PX = 14
const BOTTOM_PX = 46
const LABEL_GAP_PX = 8
/** Words of a y axis take up to this share of the width. */
const LABELS_SHARE = 0.3
const FEWEST_PX_A_TICK = 52
const MANY_DOTS = 600
const RING_PX = 1

export function boxOf(painter: Painter, { y }: Scatter, { width, height }: PaintSize, theme: ThemeTokens): Box {
  painter.font = `${FONT_PX}px ${theme.font}`
  const widest = ticksOf(y).reduce((most, { text }) => Math.max(most, painter.measureText(text).width), 0)
  const left = Math.ceil(Math.min(widest, width * LABELS_SHARE)) + LABEL_GAP_PX + 4
  return { left, top: TOP_PX, right: width - RIGHT_PX, bottom: height - BOTTOM_PX }
}

export const pixelX = ({ left, right }: Box, unit: number): number => left + unit * (right - left)
export const pixelY = ({ top, bottom }: Box, unit: number): number => bottom - unit * (bottom - top)

/** "f1 en · dev, last ↑" */
export function axisTitle({ title, note, kind }: Axis): string {
  return [title, [note, kind === 'log' ? 'log' : ''].filter(Boolean).join(', ')].filter(Boolean).join(' · ')
}

export function paintFrame(painter: Painter, { scatter, box, theme }: Stage): void {
  painter.font = `${FONT_PX}px ${theme.font}`
  painter.textBaseline = 'middle'
  painter.lineWidth = 1
  painter.setLineDash([])
  painter.strokeStyle = theme.grid
  painter.fillStyle = theme.muted
  paintRows(painter, scatter.y, box)
  paintColumns(painter, scatter.x, box)
  painter.fillStyle = theme.text
  painter.textAlign = 'left'
  painter.fillText(fitText(painter, axisTitle(scatter.y), box.right - 4), 4, TOP_PX / 2)
  painter.textAlign = 'right'
  painter.fillText(fitText(painter, axisTitle(scatter.x), box.right - 4), box.right, box.bottom + 34)
}

function paintRows(painter: Painter, axis: Axis, box: Box): void {
  painter.textAlign = 'right'
  painter.beginPath()
  for (const { at, text } of thinned(ticksOf(axis), (box.bottom - box.top) / 18)) {
    const y = Math.round(pixelY(box, at)) + 0.5
    painter.moveTo(box.left, y)
    painter.lineTo(box.right, y)
    painter.fillText(fitText(painter, text, box.left - LABEL_GAP_PX - 2), box.left - LABEL_GAP_PX, y)
  }
  painter.stroke()
}

function paintColumns(painter: Painter, axis: Axis, box: Box): void {
  const ticks = thinned(ticksOf(axis), (box.right - box.left) / FEWEST_PX_A_TICK)
  const room = (box.right - box.left) / Math.max(1, ticks.length) - 6
  painter.textAlign = 'center'
  painter.beginPath()
  for (const { at, text } of ticks) {
    const x = Math.round(pixelX(box, at)) + 0.5
    painter.moveTo(x, box.top)
    painter.lineTo(x, box.bottom)
    painter.fillText(fitText(painter, text, room), x, box.bottom + 14)
  }
  painter.stroke()
}

/** Every second, third … tick, so that at most so many are left. */
function thinned(ticks: readonly Tick[], most: number): readonly Tick[] {
  const every = Math.ceil(ticks.length / Math.max(1, most))
  return every > 1 ? ticks.filter((_, i) => i % every === 0) : ticks
}

/** Selected runs lie above the others; each dot has a rim in the colour of the ground while dots are few. */
export function paintDots(painter: Painter, stage: Stage): void {
  const { scatter, panel, box, theme, selected } = stage
  const many = panel.runs.length > MANY_DOTS
  painter.setLineDash([])
  painter.lineWidth = RING_PX
  painter.strokeStyle = theme.bg
  for (const inside of selected ? [false, true] : [true]) {
    painter.globalAlpha = many ? 0.6 : 0.9
    for (const run of panel.runs) {
      if (selected && Boolean(selected[run]) !== inside) continue
      painter.fillStyle = inside ? colourOf(theme, scatter.scene.colouring, run) : theme.ghost
      painter.beginPath()
      painter.arc(pixelX(box, scatter.atX[run]!), pixelY(box, scatter.atY[run]!), scatter.radius[run]!, 0, 2 * Math.PI)
      painter.fill()
      if (!many) painter.stroke()
    }
  }
  painter.globalAlpha = 1
}

export function paintTrends(painter: Painter, { scatter, panel, box, theme }: Stage): void {
  painter.save()
  painter.beginPath()
  painter.rect(box.left, box.top, box.right - box.left, box.bottom - box.top)
  painter.clip()
  painter.lineJoin = 'round'
  for (const trend of panel.trends) {
    const color = trend.like < 0 ? theme.text : colourOf(theme, scatter.scene.colouring, trend.like)
    for (const [style, width] of [
      [theme.bg, 4],
      [color, 1.75],
    ] as const) {
      painter.strokeStyle = style
      painter.lineWidth = width
      painter.beginPath()
      trend.x.forEach((x, i) => painter.lineTo(pixelX(box, x), pixelY(box, trend.y[i]!)))
      painter.stroke()
    }
  }
  painter.restore()
}

/** A dot that stands out, with its name where there is room. */
export function paintNamed(painter: Painter, stage: Stage, run: number, color: string): void {
  const { scatter, box, theme } = stage
  const [x, y] = [pixelX(box, scatter.atX[run]!), pixelY(box, scatter.atY[run]!)]
  if (Number.isNaN(x) || Number.isNaN(y)) return
  painter.setLineDash([])
  painter.beginPath()
  painter.arc(x, y, scatter.radius[run]! + 3, 0, 2 * Math.PI)
  painter.strokeStyle = theme.bg
  painter.lineWidth = 5
  painter.stroke()
  painter.strokeStyle = color
  painter.lineWidth = 2
  painter.stroke()
  const name = scatter.scene.names[run] ?? ''
  painter.font = `600 ${FONT_PX}px ${theme.font}`
  painter.textBaseline = 'middle'
  const toLeft = x + painter.measureText(name).width + 16 > box.right
  painter.textAlign = toLeft ? 'right' : 'left'
  painter.lineJoin = 'round'
  painter.strokeStyle = theme.bg
  painter.lineWidth = 4
  const at = x + (toLeft ? -1 : 1) * (scatter.radius[run]! + 8)
  painter.strokeText(name, at, y)
  painter.fillStyle = color
  painter.fillText(name, at, y)
}
