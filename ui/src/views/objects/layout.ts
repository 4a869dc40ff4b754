/** Where boxes of one size stand: rows and columns of groups, boxes that flow within each. Pure arithmetic. */

export interface BoxSize {
  width: number
  height: number
}

export interface Grouped {
  row: number
  column: number
}

export interface Band {
  /** Number of the group. */
  row: number
  top: number
  height: number
}

export interface Layout {
  left: Float64Array
  top: Float64Array
  bands: Band[]
  /** Left edge of each column. */
  columns: number[]
  columnWidth: number
  width: number
  height: number
}

export const GAP_PX = 12
/** The line with the name of a group of rows. */
export const HEAD_PX = 32
/** Between groups of rows. */
const BAND_GAP_PX = 8

/**
 * Places every item.
 *
 * Args:
 *   available: the width that there is; what does not fit scrolls sideways.
 *   heads: whether groups of rows have a line with their name.
 */
export function layoutBoxes(items: readonly Grouped[], rows: number, columns: number, box: BoxSize, available: number, heads: boolean): Layout {
  const n = Math.max(1, columns)
  const counts = new Uint32Array(Math.max(1, rows) * n)
  for (const { row, column } of items) counts[row * n + column] = (counts[row * n + column] ?? 0) + 1
  const most = counts.reduce((max, count) => Math.max(max, count), 0)
  const across = acrossOf(box, available / n, n > 1 ? most : Number.POSITIVE_INFINITY)
  const columnWidth = across * (box.width + GAP_PX)
  const bands: Band[] = []
  let y = 0
  for (let row = 0; row < Math.max(1, rows); row += 1) {
    const lines = Math.ceil(Math.max(...counts.subarray(row * n, row * n + n)) / across)
    const height = (heads ? HEAD_PX : 0) + lines * (box.height + GAP_PX)
    bands.push({ row, top: y, height })
    y += height + BAND_GAP_PX
  }
  const left = new Float64Array(items.length)
  const top = new Float64Array(items.length)
  const placed = new Uint32Array(counts.length)
  items.forEach(({ row, column }, at) => {
    const nth = placed[row * n + column] ?? 0
    placed[row * n + column] = nth + 1
    left[at] = column * columnWidth + (nth % across) * (box.width + GAP_PX)
    top[at] = (bands[row]?.top ?? 0) + (heads ? HEAD_PX : 0) + Math.floor(nth / across) * (box.height + GAP_PX)
  })
  const columnLefts = Array.from({ length: n }, (_, column) => column * columnWidth)
  return { left, top, bands, columns: columnLefts, columnWidth, width: n * columnWidth - GAP_PX, height: items.length ? y : 0 }
}

/** Boxes of a line made wider until they fill it. */
export function stretched(box: BoxSize, available: number): BoxSize {
  const across = acrossOf(box, available, Number.POSITIVE_INFINITY)
  return available > 0 ? { ...box, width: Math.max(box.width, Math.floor((available + GAP_PX) / across) - GAP_PX) } : box
}

function acrossOf(box: BoxSize, available: number, most: number): number {
  const fitting = Math.floor((available + GAP_PX) / (box.width + GAP_PX))
  return Math.max(1, Math.min(fitting, most))
}

/** The items that a window from `y0` to `y1` and `x0` to `x1` touches. */
export function inSight(layout: Layout, box: BoxSize, y0: number, y1: number, x0: number, x1: number): number[] {
  const found: number[] = []
  for (let at = 0; at < layout.top.length; at += 1) {
    const top = layout.top[at] ?? 0
    const left = layout.left[at] ?? 0
    if (top < y1 && top + box.height > y0 && left < x1 && left + box.width > x0) found.push(at)
  }
  return found
}

/** `1 : 1.5` of a picture, or what most of them have. */
export function ratioOf(items: readonly { meta: { [key: string]: unknown } }[]): number {
  const ratios = items
    .slice(0, 500)
    .flatMap(({ meta }) => (typeof meta['width'] === 'number' && typeof meta['height'] === 'number' && meta['height'] > 0 ? [meta['width'] / meta['height']] : []))
    .sort((a, b) => a - b)
  return Math.min(4, Math.max(0.25, ratios[Math.floor(ratios.length / 2)] ?? 1))
}

/** The largest picture, in its own pixels. */
export function naturalSize(items: readonly { meta: { [key: string]: unknown } }[]): BoxSize | null {
  let width = 0
  let height = 0
  for (const { meta } of items) {
    if (typeof meta['width'] === 'number') width = Math.max(width, meta['width'])
    if (typeof meta['height'] === 'number') height = Math.max(height, meta['height'])
  }
  return width && height ? { width, height } : null
}
