/** The charts of the page as one picture, with what their colours and dashes stand for. */
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Figure, Layer } from '../../plot/export/figure'
import { chartLayers } from '../../plot/lines/arrange'
import { chartTheme } from '../../plot/lines/theme'
import type { ChartScene } from '../../plot/lines/types'
import type { PaintSize, Painter } from '../../plot/painter'
import { paintLegend, planLegend, type PictureLegend } from './picture-legend'

export interface PictureChart {
  readonly scene: ChartScene
  /** The words of the title, the first of them strong. */
  readonly title: readonly string[]
}

const GAP_PX = 20
const HEAD_PX = 24
const TITLE_PX = 13

/** Args: legend: null leaves it out. */
export function metricsPicture(charts: readonly PictureChart[], columns: number, size: PaintSize, tokens: ThemeTokens, legend: PictureLegend | null): Figure {
  const rows = Math.ceil(charts.length / columns)
  const plan = legend && planLegend(legend, size)
  const tall = size.height - (plan?.height ?? 0)
  const cell = { width: (size.width - GAP_PX * (columns - 1)) / columns, height: (tall - GAP_PX * (rows - 1)) / rows }
  const theme = chartTheme(tokens)
  const painted = charts.map(({ scene }) => chartLayers(scene, { width: cell.width, height: cell.height - HEAD_PX }, theme, 1))
  const inPlace = (at: number, head: number, paint: (painter: Painter) => void) => (painter: Painter) => {
    painter.save()
    painter.translate((at % columns) * (cell.width + GAP_PX), Math.floor(at / columns) * (cell.height + GAP_PX) + head)
    paint(painter)
    painter.restore()
  }
  const layer = (which: 0 | 1): Layer[] =>
    painted.map((layers, at) => ({ points: layers[which]!.points, paint: inPlace(at, HEAD_PX, (painter) => layers[which]!.paint(painter)) }))
  const heads = charts.map(({ title }, at): Layer => ({ points: 0, paint: inPlace(at, 0, (painter) => paintTitle(painter, title, tokens)) }))
  const below: Layer[] = legend && plan ? [{ points: 0, paint: (painter) => paintLegend(painter, legend, plan, tall, tokens) }] : []
  return { ...size, title: charts.map(({ title }) => title.join(' ')).join('; '), background: tokens.bg, layers: [...heads, ...layer(0), ...layer(1), ...below] }
}

function paintTitle(painter: Painter, [name = '', ...keys]: readonly string[], { text, muted, font }: ThemeTokens): void {
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.font = `600 ${TITLE_PX}px ${font}`
  painter.fillStyle = text
  painter.fillText(name, 2, HEAD_PX / 2)
  const left = 2 + painter.measureText(name).width + 10
  painter.font = `400 ${TITLE_PX}px ${font}`
  painter.fillStyle = muted
  painter.fillText(keys.join('  '), left, HEAD_PX / 2)
}
