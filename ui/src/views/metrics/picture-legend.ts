/** The legend below the charts of a picture: a grid of colours and dashes with their names. */
import { dashOf } from '../../core/palettes'
import { plural } from '../../core/format'
import type { ThemeTokens } from '../../core/theme-tokens'
import { fitText } from '../../plot/shorten'
import type { PaintSize, Painter } from '../../plot/painter'

export interface PictureLegend {
  /** What the colours stand for: "technique, lr". */
  readonly title: string
  readonly items: readonly { readonly label: string; readonly color: string; readonly dash: number }[]
}

/** Where everything goes, before anything can be measured. */
export interface LegendPlan {
  readonly height: number
  readonly columns: number
  readonly cell: number // px
  /** Items that find room. */
  readonly shown: number
}

const ROW_PX = 18
const HEAD_PX = 22
const TOP_PX = 14
const KEY_PX = 18
const KEY_GAP_PX = 8
const GAP_PX = 22
const FONT_PX = 12
/** Of a letter, on the wide side: rows are laid out before a painter is there to measure. */
const LETTER_PX = 6.6
const WIDEST_PX = 260
/** Of the height of the picture. */
const MOST_SHARE = 0.35

export function planLegend({ items }: PictureLegend, { width, height }: PaintSize): LegendPlan {
  const letters = items.reduce((most, { label }) => Math.max(most, label.length), 0)
  const cell = Math.min(width, WIDEST_PX, KEY_PX + KEY_GAP_PX + letters * LETTER_PX + GAP_PX)
  const columns = Math.max(1, Math.floor((width + GAP_PX) / cell))
  const room = Math.max(1, Math.floor((MOST_SHARE * height - TOP_PX - HEAD_PX) / ROW_PX))
  const rows = Math.min(room, Math.ceil(items.length / columns))
  // The last cell says how many are left out.
  const shown = items.length <= rows * columns ? items.length : rows * columns - 1
  return { height: TOP_PX + HEAD_PX + rows * ROW_PX, columns, cell, shown }
}

export function paintLegend(painter: Painter, legend: PictureLegend, plan: LegendPlan, top: number, tokens: ThemeTokens): void {
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.font = `600 ${FONT_PX}px ${tokens.font}`
  painter.fillStyle = tokens.text
  painter.fillText(legend.title, 2, top + TOP_PX + HEAD_PX / 2 - 2)
  painter.font = `400 ${FONT_PX}px ${tokens.font}`
  painter.lineWidth = 2
  const place = (at: number): [number, number] => [2 + (at % plan.columns) * plan.cell, top + TOP_PX + HEAD_PX + (Math.floor(at / plan.columns) + 0.5) * ROW_PX]
  legend.items.slice(0, plan.shown).forEach(({ label, color, dash }, at) => {
    const [x, y] = place(at)
    painter.strokeStyle = color
    painter.setLineDash([...dashOf(dash)])
    painter.beginPath()
    painter.moveTo(x, y)
    painter.lineTo(x + KEY_PX, y)
    painter.stroke()
    painter.fillStyle = tokens.text
    painter.fillText(fitText(painter, label, plan.cell - KEY_PX - KEY_GAP_PX - 8), x + KEY_PX + KEY_GAP_PX, y)
  })
  painter.setLineDash([])
  const rest = legend.items.length - plan.shown
  if (rest === 0) return
  const [x, y] = place(plan.shown)
  painter.fillStyle = tokens.muted
  painter.fillText(`and ${plural(rest, 'more', 'more')}`, x, y)
}
