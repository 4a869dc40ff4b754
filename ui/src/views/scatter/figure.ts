/** The page's charts as one picture. */
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Figure } from '../../plot/export/figure'
import type { Painter } from '../../plot/painter'
import { axisNumber, slotText } from '../../plot/axes/axis-text'
import { finiteAscending } from '../../plot/axes/rank'
import type { Scene } from '../../plot/axes/scene'
import { colourOf } from '../../plot/axes/theme'
import { axisTitle, boxOf, paintDots, paintFrame, paintNamed, paintTrends, type Stage } from '../../plot/scatter/paint'
import type { Panel, Scatter } from '../../plot/scatter/scene'

interface Options {
  readonly width: number
  readonly height: number
  readonly columns: number
  readonly legend: boolean
  readonly tokens: ThemeTokens
  readonly selected: Uint8Array | null
  readonly standout: number
}

const GAP_PX = 24
const HEAD_PX = 20
const LEGEND_PX = 28
const CONTINUOUS_ITEMS = 5

export function scatterFigure(scatter: Scatter, panels: readonly Panel[], options: Options): Figure {
  const { width, height, columns, tokens, legend } = options
  const top = legend ? LEGEND_PX : 0
  const rows = Math.ceil(panels.length / columns)
  const cell = {
    width: (width - GAP_PX * (columns - 1)) / columns,
    height: (height - top - GAP_PX * (rows - 1)) / rows,
  }
  const size = { width: cell.width, height: cell.height - HEAD_PX }
  const each = (paint: (painter: Painter, stage: Stage) => void) => (painter: Painter) => {
    panels.forEach((panel, i) => {
      painter.save()
      painter.translate((i % columns) * (cell.width + GAP_PX), top + Math.floor(i / columns) * (cell.height + GAP_PX) + HEAD_PX)
      paint(painter, { scatter, panel, theme: tokens, selected: options.selected, box: boxOf(painter, scatter, size, tokens) })
      painter.restore()
    })
  }
  return {
    title: `${axisTitle(scatter.y)} against ${axisTitle(scatter.x)}`,
    width,
    height,
    background: tokens.bg,
    layers: [
      { points: 0, paint: each(paintHead) },
      { points: panels.reduce((sum, panel) => sum + panel.runs.length, 0), paint: each(paintDots) },
      { points: 0, paint: each(paintTrends) },
      {
        points: 0,
        paint: each((painter, stage) => {
          if (stage.panel.runs.includes(options.standout)) paintNamed(painter, stage, options.standout, tokens.standoutText)
        }),
      },
      { points: 0, paint: (painter) => legend && paintLegend(painter, scatter, tokens) },
    ],
  }
}

function paintHead(painter: Painter, stage: Stage): void {
  paintFrame(painter, stage)
  painter.font = `600 12px ${stage.theme.font}`
  painter.fillStyle = stage.theme.text
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.fillText(stage.panel.label, 4, -HEAD_PX / 2)
}

export interface LegendItem {
  readonly text: string
  readonly color: string
}

/** The values of a discrete colour, or five of a continuous one. */
export function legendOf(scene: Scene, theme: ThemeTokens): LegendItem[] {
  const { colourBy: axis, colouring } = scene
  if (!axis || colouring.scale === 'none') return []
  if (axis.scale === null)
    return axis.slots.map(({ value }, slot) => ({
      text: slotText(axis, value),
      color: colourOf(theme, colouring, axis.slotOf.indexOf(slot)),
    }))
  const ascending = Array.from(finiteAscending(axis.numbers))
  const picked = Array.from({ length: CONTINUOUS_ITEMS }, (_, i) => ascending[Math.round((i * (ascending.length - 1)) / (CONTINUOUS_ITEMS - 1))])
  return [...new Set(picked)].flatMap((run) =>
    run === undefined ? [] : [{ text: axisNumber(axis, axis.numbers[run]!), color: colourOf(theme, colouring, run) }],
  )
}

function paintLegend(painter: Painter, { scene }: Scatter, theme: ThemeTokens): void {
  painter.font = `11px ${theme.font}`
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  let x = 8
  const words = (text: string): void => {
    painter.fillStyle = theme.text
    painter.fillText(text, x, LEGEND_PX / 2)
    x += painter.measureText(text).width + 18
  }
  words(scene.colourBy!.title)
  for (const { text, color } of legendOf(scene, theme)) {
    painter.fillStyle = color
    painter.beginPath()
    painter.arc(x, LEGEND_PX / 2, 4, 0, 2 * Math.PI)
    painter.fill()
    x += 10
    words(text)
  }
}
