/** The whole plot on any painter: a canvas of another size, SVG, PDF. */
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Painter, PaintSize } from '../painter'
import { type Brushes, isBrushed, maskOf } from '../axes/brush'
import { fitText } from '../shorten'
import { drawAxes } from './draw-axes'
import { type Chip, drawSelection } from './draw-selection'
import { drawEmphasis } from './draw-emphasis'
import { drawPlainRuns, drawRuns } from './draw-lines'
import { emphasesOf, endLetters } from './emphases'
import { axisNote } from './heads'
import { type Layout, layoutOf } from './layout'
import { type Lines, lineStyle, linesOf } from './paths'
import type { Scene } from '../axes/scene'

/** What of the page is in the picture beside the scene. */
export interface PaintOptions {
  readonly brushes: Brushes
  readonly members: Uint8Array | null
  readonly pinned: readonly number[]
  readonly caption: (run: number) => string
}

/** A part of the picture; `points` tells a back end how much there is in it. */
export interface PaintLayer {
  readonly points: number
  paint(painter: Painter): void
}

/** The layers of the plot, from the bottom. */
export function parallelLayers(scene: Scene, size: PaintSize, theme: ThemeTokens, options: PaintOptions): PaintLayer[] {
  if (scene.axes.length === 0) return []
  const { brushes, members } = options
  const layout = layoutOf(scene.axes.length, size.width, size.height, endLetters({ scene, ...options }))
  const lines = linesOf(layout, scene.places, scene.ids.length, scene.curved)
  const brushed = isBrushed(scene.axes, brushes)
  const { selected, count } = maskOf(scene.axes, brushes, scene.ids.length, members)
  const others = selected.map((on, run) => (on || members?.[run] === 0 ? 0 : 1))
  const order = scene.colouring.order
  const around = (pen: Painter): void => {
    const frame = { pen, layout, scene, theme }
    drawAxes(frame)
    const chips: Chip[] = drawSelection(frame, brushes, { selected, members, brushed })
    const crowd = order.filter((run) => selected[run])
    drawEmphasis({ ...frame, lines, crowd, chips }, emphasesOf({ scene, theme, ...options }, -1))
    drawHeads(pen, layout, scene, theme)
  }
  return [
    {
      points: others.reduce((n, on) => n + on, 0) * scene.axes.length,
      paint: (pen) => drawPlainRuns(pen, lines, scene, others, theme.ghost, { ...styleOf(lines), alpha: 1 }),
    },
    { points: count * scene.axes.length, paint: (pen) => drawRuns(pen, lines, scene, selected, theme, lineStyle(count, 1)) },
    { points: 0, paint: around },
  ]
}

const styleOf = (lines: Lines): ReturnType<typeof lineStyle> => lineStyle(lines.runs, 1)

export function paintParallel(
  painter: Painter,
  scene: Scene,
  size: PaintSize,
  theme: ThemeTokens,
  options: PaintOptions,
): void {
  for (const layer of parallelLayers(scene, size, theme, options)) layer.paint(painter)
}

/** Titles and notes, which the page shows as buttons. */
function drawHeads(pen: Painter, layout: Layout, scene: Scene, theme: ThemeTokens): void {
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  scene.axes.forEach((axis, i) => {
    const x = layout.x[i]!
    pen.font = `600 13px ${theme.font}`
    pen.fillStyle = theme.text
    pen.fillText(fitText(pen, axis.title, layout.gap - 6), x, 13)
    pen.font = `400 11px ${theme.font}`
    pen.fillStyle = theme.muted
    pen.fillText(fitText(pen, axisNote(axis), layout.gap - 6), x, 30)
  })
}
