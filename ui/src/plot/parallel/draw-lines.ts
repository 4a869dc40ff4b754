/** The layers of lines: all runs, their ghosts, and the selected ones. */

import { type Lines, lineAlpha, lineWidth, trace } from './paths'
import type { Scene } from './scene'
import type { ThemeTokens } from '../../core/theme-tokens'
import { binColour } from './theme'

type Pen = CanvasRenderingContext2D

/** Strokes the runs marked in `visible` in colour, in the order of drawing, as fits a layer of `total` lines. */
export function drawRuns(
  pen: Pen,
  lines: Lines,
  scene: Scene,
  visible: Uint8Array,
  theme: ThemeTokens,
  total: number,
): void {
  const { order, bins, scale } = scene.colouring
  const shown = order.filter((run) => visible[run])
  pen.globalAlpha = lineAlpha(total)
  pen.lineWidth = lineWidth(total, pen.getTransform().a)
  pen.lineJoin = 'bevel'
  let bin = -1
  for (const run of shown) {
    if (bins[run] !== bin) {
      bin = bins[run]!
      pen.strokeStyle = binColour(theme, scale, bin)
    }
    pen.beginPath()
    trace(pen, lines, run)
    pen.stroke()
  }
  pen.globalAlpha = 1
}

/** The same picture in one colour: no line is stroked again. */
export function drawGhost(pen: Pen, base: HTMLCanvasElement, colour: string): void {
  pen.save()
  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.drawImage(base, 0, 0)
  pen.globalCompositeOperation = 'source-in'
  pen.fillStyle = colour
  pen.fillRect(0, 0, base.width, base.height)
  pen.restore()
}
