/** What stands around the lines: axes with ticks, colour bar, rails and correlations. */

import type { Axis } from '../axes/axis'
import { FEW_PAIRS, importanceWords } from '../axes/importance-text'
import { type Layout, railText, tickLabels, yOf } from './layout'
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

/** "ρ .77", "colour" below the axis that gives it. */
function importanceText(scene: Pick<Scene, 'importance' | 'colourAxis'>, i: number): string {
  if (i === scene.colourAxis) return 'colour'
  return importanceWords(scene.importance[i]!)
}
