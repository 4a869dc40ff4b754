/** Where everything of a chart stands in a given size: margins from the words in them, scales, ticks, labels. */
import type { PaintSize, Painter } from '../painter'
import { endTexts, fitted, labelled, labelRoom, LEADER_PX, placeLabels, type EndLabel, type Plot } from './end-labels'
import { AXIS_FONT_PX, paintFrame, ticksFor, type Ticks } from './paint-frame'
import { paintLines } from './paint-lines'
import { scaleOf } from './scale'
import type { ChartScene, Theme } from './types'
import type { View } from './view'

const TOP_PX = 8
const BOTTOM_PX = 28
const RIGHT_PX = 12
const LEAST_LEFT_PX = 16
const LEAST_WIDTH_PX = 40

export interface Arrangement {
  readonly view: View
  readonly ticks: Ticks
  readonly labels: readonly EndLabel[]
}

/**
 * Args:
 *   pen: measures the words.
 *   dpr: pixels of the device to a unit, for lines that are one of these wide.
 */
export function arrange(pen: Pick<Painter, 'font' | 'measureText'>, scene: ChartScene, size: PaintSize, theme: Theme, dpr: number): Arrangement {
  pen.font = `600 ${AXIS_FONT_PX}px ${theme.font}`
  const measure = (text: string): number => pen.measureText(text).width
  const { axes, lines, ends, curve } = scene
  const named = ends === 'none' ? [] : labelled(lines)
  const room = labelRoom(size.width)
  const labelWidth = Math.max(0, ...[...new Set(endTexts(named, ends, axes))].map((label) => fitted(label, measure, room).width))
  const rough: Plot = { left: 0, top: TOP_PX, right: size.width, bottom: size.height - BOTTOM_PX }
  const left = Math.ceil(Math.max(LEAST_LEFT_PX, ...ticksIn(scene, rough).y.map((tick) => measure(tick.label))) + 10)
  const right = named.length ? size.width - Math.ceil(labelWidth) - LEADER_PX - 4 : size.width - RIGHT_PX
  const plot: Plot = { ...rough, left, right: Math.max(left + LEAST_WIDTH_PX, right) }
  const x = scaleOf(axes.xScale, axes.x, [plot.left, plot.right])
  const y = scaleOf(axes.yScale, axes.y, [plot.bottom, plot.top])
  const labels = ends === 'none' ? [] : placeLabels(lines, plot, x, y, measure, (line) => endTexts([line], ends, axes)[0]!, room)
  return { view: { plot, x, y, theme, dpr, curve }, ticks: ticksIn(scene, plot), labels }
}

function ticksIn({ axes }: ChartScene, { left, right, top, bottom }: Plot): Ticks {
  return ticksFor(axes, right - left, bottom - top)
}

/** Paints a whole chart, frame and lines, at the painter's origin. */
export function paintChart(painter: Painter, scene: ChartScene, size: PaintSize, theme: Theme, dpr = 1): void {
  for (const layer of chartLayers(scene, size, theme, dpr)) layer.paint(painter)
}

export interface ChartLayer {
  /** Points of the lines in it. */
  readonly points: number
  paint(painter: Painter): void
}

/** The frame and the lines of a chart apart, for files that keep words as words and dense lines as pixels. */
export function chartLayers(scene: ChartScene, size: PaintSize, theme: Theme, dpr = 1): ChartLayer[] {
  const points = scene.lines.reduce((sum, line) => sum + (line.weight === 'latent' ? 0 : line.x.length), 0)
  const arranged = (painter: Painter): Arrangement => arrange(painter, scene, size, theme, dpr)
  return [
    {
      points: 0,
      paint(painter) {
        const { view, ticks } = arranged(painter)
        paintFrame(painter, view, scene.axes, ticks)
      },
    },
    {
      points,
      paint(painter) {
        const { view, labels } = arranged(painter)
        paintLines(painter, scene.lines, labels, view)
      },
    },
  ]
}
