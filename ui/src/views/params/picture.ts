/** The plots of the page as one picture: one below the other where there are several, with a legend. */
import { categoryColor, dashOf } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Figure, Layer } from '../../plot/export/figure'
import type { Painter, PaintSize } from '../../plot/painter'
import { slotText } from '../../plot/axes/axis-text'
import { type PaintOptions, parallelLayers } from '../../plot/parallel/paint'
import type { Scene } from '../../plot/axes/scene'
import { summaryOf } from './summary'

const TITLE_PX = 28
const LEGEND_PX = 30
const MARGIN_PX = 24
const KEY_PX = 18
const GAP_PX = 14

/** Whether colours or dashes stand for groups. */
export function hasLegend(scene: Scene): boolean {
  return scene.strokes !== null || scene.colouring.scale === 'palette'
}

/** Args: options: members are set for each plot here. */
export function pictureOf(
  scene: Scene,
  size: PaintSize & { readonly legend: boolean; readonly tokens: ThemeTokens },
  options: Omit<PaintOptions, 'members'>,
): Figure {
  const { width, height, tokens } = size
  const legend = size.legend && hasLegend(scene) ? LEGEND_PX : 0
  const charts = scene.charts
  const layers: Layer[] = []
  if (charts === null) layers.push(...parallelLayers(scene, { width, height: height - legend }, tokens, { ...options, members: null }))
  else {
    const tall = (height - legend) / charts.groups.length
    charts.groups.forEach(({ label }, i) => {
      const members = Uint8Array.from(charts.of, (of) => (of === i ? 1 : 0))
      const own = parallelLayers(scene, { width, height: tall - TITLE_PX }, tokens, { ...options, members })
      layers.push(titleLayer(`${charts.title} ${label}`, i * tall, tokens), ...own.map((layer) => below(layer, i * tall + TITLE_PX)))
    })
  }
  if (legend > 0) layers.push({ points: 0, paint: (pen) => drawLegend(pen, scene, tokens, width, height - legend / 2) })
  return { width, height, title: summaryOf(scene), background: tokens.bg, layers }
}

function below({ points, paint }: Layer, y: number): Layer {
  return {
    points,
    paint: (pen) => {
      pen.save()
      pen.translate(0, y)
      paint(pen)
      pen.restore()
    },
  }
}

function titleLayer(text: string, y: number, tokens: ThemeTokens): Layer {
  return {
    points: 0,
    paint: (pen) => {
      pen.font = `600 13px ${tokens.font}`
      pen.fillStyle = tokens.text
      pen.textAlign = 'left'
      pen.textBaseline = 'middle'
      pen.fillText(text, MARGIN_PX, y + TITLE_PX / 2 + 2)
    },
  }
}

function legendItems(scene: Scene, tokens: ThemeTokens): { label: string; colour: string; dash: readonly number[] }[] {
  const by = scene.colouring.scale === 'palette' ? scene.colourBy : null
  const colours = (by?.slots ?? []).map((slot, i) => ({
    label: slotText(by!, slot.value),
    colour: categoryColor(tokens, i),
    dash: [],
  }))
  const dashes = (scene.strokes?.groups ?? []).map(({ label }, i) => ({ label, colour: tokens.text, dash: dashOf(i) }))
  return [...colours, ...dashes]
}

/** One row, as far as it goes. */
function drawLegend(pen: Painter, scene: Scene, tokens: ThemeTokens, width: number, y: number): void {
  let x = MARGIN_PX
  pen.font = `400 12px ${tokens.font}`
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  pen.lineWidth = 2
  for (const { label, colour, dash } of legendItems(scene, tokens)) {
    const end = x + KEY_PX + 6 + pen.measureText(label).width
    if (end > width - MARGIN_PX) break
    pen.strokeStyle = colour
    pen.setLineDash([...dash])
    pen.beginPath()
    pen.moveTo(x, y)
    pen.lineTo(x + KEY_PX, y)
    pen.stroke()
    pen.fillStyle = tokens.text
    pen.fillText(label, x + KEY_PX + 6, y)
    x = end + GAP_PX
  }
  pen.setLineDash([])
}
