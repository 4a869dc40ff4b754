/** Labels at the ends of the lines, fanned out so that none covers another. */
import { lowerBound, valueAt } from './search'
import { valueText } from './value-text'
import { toPixel, type Scale } from './scale'
import type { Axes, EndWords, Line } from './types'

export const LABEL_HEIGHT_PX = 14
/** More labels than this are no help; the pointer tells the name then. */
export const MAX_LABELS = 20
const MAX_WIDTH_PX = 120 // no wider than COLUMN_PX: columns would run into each other
/** Of the width of a chart: a small one keeps more room for its lines than for their names. */
const MAX_SHARE = 0.3

/** The room that names have in a chart of this width. */
export const labelRoom = (width: number): number => Math.min(MAX_WIDTH_PX, MAX_SHARE * width)
/** From the end of the lines to the words. */
export const LEADER_PX = 15
/** Lines that end within so many pixels of each other have their labels in one column. */
const COLUMN_PX = 120

export interface EndLabel {
  readonly line: Line
  readonly text: string
  /** Where the line ends, and where its label stands. */
  readonly fromX: number
  readonly fromY: number
  readonly x: number
  readonly y: number
}

export interface Plot {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The lines that have a name to show: no trace behind others, and none at all when the names are too many. */
export function labelled(lines: readonly Line[]): readonly Line[] {
  const named = lines.filter((line) => line.weight === 'line' && line.label !== '' && line.x.length > 0)
  return new Set(named.map(nameOf)).size <= MAX_LABELS ? named : []
}

/** What stands at the ends: `3e−4`, or with its last value `3e−4  .842`. */
export function endTexts(lines: readonly Line[], ends: EndWords, axes: Axes): string[] {
  return lines.map((line) => {
    const end = ends === 'values' ? lastVisible(line, axes.x) : null
    return end === null ? line.label : `${line.label}  ${valueText(end[1], axes.y)}`
  })
}

/** Lines of one group have one name, which is written once. */
const nameOf = (line: Line): string => `${line.group} ${line.label}`

/** Of the lines of one name the one that ends furthest to the right; where several do, the middle one of them. */
function oneEach<T extends { readonly line: Line; readonly fromX: number; readonly fromY: number }>(ends: readonly T[]): T[] {
  const names = new Map<string, T[]>()
  for (const end of ends) names.set(nameOf(end.line), [...(names.get(nameOf(end.line)) ?? []), end])
  return [...names.values()].map((same) => {
    const right = Math.max(...same.map((end) => end.fromX))
    const last = same.filter((end) => right - end.fromX < 1).sort((a, b) => a.fromY - b.fromY)
    return last[(last.length - 1) >> 1]!
  })
}

/** Shortens `text` to `most` pixels with an ellipsis; also gives the width. */
export function fitted(text: string, measure: (text: string) => number, most = MAX_WIDTH_PX): { text: string; width: number } {
  let width = measure(text)
  if (width <= most) return { text, width }
  let end = Math.floor((text.length * most) / width)
  while (end > 1 && (width = measure(`${text.slice(0, end)}…`)) > most) end--
  return { text: `${text.slice(0, end)}…`, width }
}

export function placeLabels(
  lines: readonly Line[],
  plot: Plot,
  xScale: Scale,
  yScale: Scale,
  measure: (text: string) => number,
  textOf: (line: Line) => string = (line) => line.label,
  room = MAX_WIDTH_PX,
): EndLabel[] {
  const ends = labelled(lines).flatMap((line) => {
    const end = lastVisible(line, xScale.domain)
    if (end === null) return []
    const fromY = toPixel(yScale, end[1])
    if (!(fromY > plot.top - 1 && fromY < plot.bottom + 1)) return []
    return [{ line, fromX: toPixel(xScale, end[0]), fromY }]
  })
  return columns(oneEach(ends)).flatMap((column) => {
    column.sort((a, b) => a.fromY - b.fromY)
    const last = Math.max(...column.map((end) => end.fromX))
    const x = (plot.right - last <= COLUMN_PX ? plot.right : last) + LEADER_PX
    const kept = spread(column, Math.floor((plot.bottom - plot.top) / LABEL_HEIGHT_PX) + 1)
    const ys = fan(kept.map((end) => end.fromY), LABEL_HEIGHT_PX, plot.top, plot.bottom)
    return kept.map((end, i) => ({ ...end, text: fitted(textOf(end.line), measure, room).text, x, y: ys[i]! }))
  })
}

/** Runs of different lengths end in different places: each place has its own column of labels. */
function columns<T extends { readonly fromX: number }>(ends: readonly T[]): T[][] {
  const found: T[][] = []
  for (const end of [...ends].sort((a, b) => b.fromX - a.fromX)) {
    const column = found.at(-1)
    if (column && column[0]!.fromX - end.fromX <= COLUMN_PX) column.push(end)
    else found.push([end])
  }
  return found
}

/** So many of the items as there is room for, from the first to the last in even steps: no label covers another. */
function spread<T>(items: readonly T[], room: number): T[] {
  if (items.length <= room) return [...items]
  if (room < 2) return items.slice(0, Math.max(0, room))
  return Array.from({ length: room }, (_, i) => items[Math.round((i * (items.length - 1)) / (room - 1))]!)
}

/** The last point inside the x range, or where the line leaves it. */
function lastVisible(line: Line, [low, high]: readonly [number, number]): [number, number] | null {
  const last = line.x.length - 1
  if (line.x[0]! > high || line.x[last]! < low) return null
  if (line.x[last]! > high) return [high, valueAt(line, high)]
  const index = lowerBound(line.x, line.x[last]!)
  return [line.x[index]!, line.y[index]!]
}

/**
 * Moves ascending positions apart to at least `gap` within [low, high], as little as possible in total squares.
 *
 * Pools neighbours that collide into one block that stands at their mean place (isotonic regression). When there is
 * no room for all the gap shrinks.
 */
export function fan(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const n = wanted.length
  const step = n > 1 ? Math.min(gap, (high - low) / (n - 1)) : gap
  const blocks: { sum: number; size: number }[] = []
  wanted.forEach((at, i) => {
    let block = { sum: at - i * step, size: 1 }
    for (let before = blocks.at(-1); before && before.sum / before.size > block.sum / block.size; before = blocks.at(-1)) {
      block = { sum: before.sum + block.sum, size: before.size + block.size }
      blocks.pop()
    }
    blocks.push(block)
  })
  const most = high - (n - 1) * step
  const starts = blocks.flatMap(({ sum, size }) => Array<number>(size).fill(Math.min(most, Math.max(low, sum / size))))
  return starts.map((start, i) => start + i * step)
}
