/** Marks at the upper rim where values are not finite. */
import type { Painter } from '../painter'
import { toPixel } from './scale'
import type { Line, NonFinite, RimMark } from './types'
import type { View } from './view'

/** One mark at the upper rim for each stretch of 8 px in which lines have NaN or Inf; a number beside it if more than one. */
const RIM_BIN_PX = 8
const RIM_COUNT_PX = 28
/** How far below the rim, and to the sides of a mark, the pointer means it. */
export const RIM_REACH_PX = 10
/** Half the width of a mark, and how far the next kind stands below it where both are in one place. */
const HALF_PX = 4
const BELOW_PX = 9

/** In this order below each other, and in words. */
export const KINDS: readonly NonFinite[] = ['inf', '-inf', 'nan']
/** The marks as they stand in titles and tooltips. */
export const RIM_SIGNS: Readonly<Record<NonFinite, string>> = { inf: '▲', '-inf': '▼', nan: '✕' }

export const kindOf = (value: number): NonFinite => (Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf')

export function rimMarks(lines: readonly Line[], view: View): RimMark[] {
  const bins = new Map<number, { left: number; x: number; count: number; kinds: Map<NonFinite, number>; lines: Map<Line, number> }>()
  for (const line of lines)
    for (const [at, x] of line.nonfiniteX.entries()) {
      const left = toPixel(view.x, x)
      if (!(left >= view.plot.left - 1 && left <= view.plot.right + 1)) continue
      const key = Math.round(left / RIM_BIN_PX)
      const bin = bins.get(key) ?? { left, x, count: 0, kinds: new Map<NonFinite, number>(), lines: new Map<Line, number>() }
      bins.set(key, bin)
      bin.count++
      const kind = kindOf(line.nonfiniteY[at] ?? NaN)
      bin.kinds.set(kind, (bin.kinds.get(kind) ?? 0) + 1)
      bin.lines.set(line, (bin.lines.get(line) ?? 0) + 1)
    }
  return [...bins.values()].sort((a, b) => a.left - b.left)
}

export function paintRim(painter: Painter, lines: readonly Line[], view: View): void {
  const marks = rimMarks(lines, view)
  const top = view.plot.top
  painter.font = `9px ${view.theme.font}`
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  painter.setLineDash([])
  marks.forEach(({ left, count, kinds, lines: behind }, at) => {
    const [first] = behind.keys()
    painter.fillStyle = painter.strokeStyle = behind.size === 1 ? first!.color : view.theme.muted
    KINDS.filter((kind) => kinds.has(kind)).forEach((kind, place) => paintMark(painter, kind, left, top + place * BELOW_PX))
    const room = (marks[at + 1]?.left ?? Infinity) - left
    if (count > 1 && room > RIM_COUNT_PX) painter.fillText(String(count), left + 6, top + 4)
  })
}

/** Up where a value left the chart upwards, down where it left it downwards, crossed out where there is none. */
function paintMark(painter: Painter, kind: NonFinite, x: number, top: number): void {
  const bottom = top + 7
  painter.beginPath()
  if (kind === 'nan') {
    painter.lineWidth = 1.5
    painter.moveTo(x - HALF_PX + 1, top + 1)
    painter.lineTo(x + HALF_PX - 1, bottom)
    painter.moveTo(x + HALF_PX - 1, top + 1)
    painter.lineTo(x - HALF_PX + 1, bottom)
    painter.stroke()
    return
  }
  const [tip, base] = kind === 'inf' ? [top, bottom] : [bottom, top]
  painter.moveTo(x - HALF_PX, base)
  painter.lineTo(x + HALF_PX, base)
  painter.lineTo(x, tip)
  painter.fill()
}
