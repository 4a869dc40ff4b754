/** Marks at the upper rim where values are not finite. */
import type { Painter } from '../painter'
import { toPixel } from './scale'
import type { Line, RimMark } from './types'
import type { View } from './view'

/** One triangle at the upper rim for each stretch of 8 px in which lines have NaN or Inf; a number beside it if more than one. */
const RIM_BIN_PX = 8
const RIM_COUNT_PX = 28
/** How far below the rim, and to the sides of a mark, the pointer means it. */
export const RIM_REACH_PX = 10

export function rimMarks(lines: readonly Line[], view: View): RimMark[] {
  const bins = new Map<number, { left: number; x: number; count: number; lines: Map<Line, number> }>()
  for (const line of lines)
    for (const x of line.nonfiniteX) {
      const left = toPixel(view.x, x)
      if (!(left >= view.plot.left - 1 && left <= view.plot.right + 1)) continue
      const key = Math.round(left / RIM_BIN_PX)
      const bin = bins.get(key) ?? { left, x, count: 0, lines: new Map<Line, number>() }
      bins.set(key, bin)
      bin.count++
      bin.lines.set(line, (bin.lines.get(line) ?? 0) + 1)
    }
  return [...bins.values()].sort((a, b) => a.left - b.left)
}

export function paintRim(painter: Painter, lines: readonly Line[], view: View): void {
  const marks = rimMarks(lines, view)
  const y = view.plot.top
  painter.font = `9px ${view.theme.font}`
  painter.textAlign = 'left'
  painter.textBaseline = 'middle'
  marks.forEach(({ left: x, count, lines: behind }, at) => {
    const [first] = behind.keys()
    painter.fillStyle = behind.size === 1 ? first!.color : view.theme.muted
    painter.beginPath()
    painter.moveTo(x - 4, y + 7)
    painter.lineTo(x + 4, y + 7)
    painter.lineTo(x, y)
    painter.fill()
    const room = (marks[at + 1]?.left ?? Infinity) - x
    if (count > 1 && room > RIM_COUNT_PX) painter.fillText(String(count), x + 6, y + 4)
  })
}
