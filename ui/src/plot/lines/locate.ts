/** What the pointer and the keys mean in a chart. */
import { RIM_REACH_PX, rimMarks } from './rim'
import { toValue } from './scale'
import { indexAt, nearestLine, REACH_PX } from './search'
import type { Line, PointerAt } from './types'
import type { View } from './view'

export function longest(lines: readonly Line[]): Line | null {
  return lines.reduce<Line | null>((best, line) => (line.x.length > (best?.x.length ?? 0) ? line : best), null)
}

/** The line that comes next above (-1) or below (1) at `x`; from no line, the uppermost or the lowest. */
export function nextLine(lines: readonly Line[], now: Line | null, x: number, by: number): Line | null {
  const there = lines
    .filter((line) => line.weight !== 'latent' && indexAt(line.x, x) >= 0)
    .sort((a, b) => b.y[indexAt(b.x, x)]! - a.y[indexAt(a.x, x)]!)
  if (there.length === 0) return null
  const at = now ? there.indexOf(now) : -1
  if (at < 0) return by > 0 ? there[0]! : there.at(-1)!
  return there[Math.min(there.length - 1, Math.max(0, at + by))]!
}

/** What the pointer means: a line near by, a mark at the rim, or at least a place on the x axis. */
export function locate(lines: readonly Line[], left: number, top: number, view: View): PointerAt | null {
  const { plot } = view
  if (left < plot.left - REACH_PX || left > plot.right + REACH_PX) return null
  const rim = top <= plot.top + RIM_REACH_PX ? rimMarks(lines, view).find((mark) => Math.abs(mark.left - left) <= RIM_REACH_PX) : undefined
  const wanted = toValue(view.x, left)
  const [marked] = rim?.lines.keys() ?? []
  const line = marked ?? nearestLine(lines, wanted, top, view.y)
  const guide = line?.x.length ? line : longest(lines)
  if (!guide) return null
  const index = indexAt(guide.x, Math.min(guide.x.at(-1)!, Math.max(guide.x[0]!, rim?.x ?? wanted)))
  const at = { line, x: rim?.x ?? guide.x[index]!, y: guide.y[index]!, left, top }
  return rim ? { ...at, rim } : at
}
