/** The layers of lines: all runs, their ghosts, and the selected ones. */

import { dashOf } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Painter } from '../painter'
import { type Lines, type LineStyle, trace } from './paths'
import type { Scene } from '../axes/scene'
import { binColour } from '../axes/theme'

/** Strokes the runs marked in `visible` in colour, in the order of drawing. */
export function drawRuns(
  pen: Painter,
  lines: Lines,
  scene: Scene,
  visible: Uint8Array,
  theme: ThemeTokens,
  style: LineStyle,
): void {
  const { bins, scale } = scene.colouring
  let bin = -1
  stroke(pen, lines, scene, visible, style, (run) => {
    if (bins[run] === bin) return
    bin = bins[run]!
    pen.strokeStyle = binColour(theme, scale, bin)
  })
}

/** Strokes runs in one colour, for back ends that cannot tint a picture. */
export function drawPlainRuns(
  pen: Painter,
  lines: Lines,
  scene: Scene,
  visible: Uint8Array,
  colour: string,
  style: LineStyle,
): void {
  pen.strokeStyle = colour
  stroke(pen, lines, scene, visible, style, () => undefined)
}

function stroke(
  pen: Painter,
  lines: Lines,
  scene: Scene,
  visible: Uint8Array,
  style: LineStyle,
  before: (run: number) => void,
): void {
  const strokes = scene.strokes
  pen.globalAlpha = style.alpha
  pen.lineWidth = style.width
  pen.lineJoin = 'bevel'
  let dash = 0
  for (const run of scene.colouring.order) {
    if (!visible[run]) continue
    before(run)
    if (strokes !== null && strokes.of[run] !== dash) {
      dash = strokes.of[run]!
      pen.setLineDash([...dashOf(dash)])
    }
    pen.beginPath()
    trace(pen, lines, run)
    pen.stroke()
  }
  if (strokes !== null) pen.setLineDash([])
  pen.globalAlpha = 1
}

/** The same picture in one colour: no line is stroked again. */
export function drawGhost(pen: CanvasRenderingContext2D, base: HTMLCanvasElement, colour: string): void {
  pen.save()
  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.drawImage(base, 0, 0)
  pen.globalCompositeOperation = 'source-in'
  pen.fillStyle = colour
  pen.fillRect(0, 0, base.width, base.height)
  pen.restore()
}
