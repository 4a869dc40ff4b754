/** Where the cells of a grid stand: widths, offsets, the window of rows and columns in sight. Pure arithmetic. */

export interface LayoutColumn {
  id: string
  width: number
  /** Stays in sight at this side. */
  pinned?: 'left' | 'right' | undefined
  /** Share of the spare width that this column takes. */
  grow?: number | undefined
  group?: string | undefined
}

export interface Placed<C> {
  column: C
  /** Position among all columns, for aria-colindex and the keyboard. */
  index: number
  left: number
  width: number
}

export interface GridLayout<C> {
  left: Placed<C>[]
  free: Placed<C>[]
  /** Offsets count from the left side of the first of them. */
  right: Placed<C>[]
  leftWidth: number
  rightWidth: number
  width: number
}

export const MIN_WIDTH = 40
/** Above this many columns only those in sight are made. */
const VIRTUAL_FROM = 40

/** Columns as they stand: pinned left, free, pinned right. */
function pinOrder<C extends LayoutColumn>(columns: readonly C[]): C[] {
  const side = (pinned: 'left' | 'right' | undefined): C[] => columns.filter((column) => column.pinned === pinned)
  return [...side('left'), ...side(undefined), ...side('right')]
}

/** Offsets of columns pinned left start at `lead`, of free ones at the end of these, of those pinned right at 0. */
export function layoutColumns<C extends LayoutColumn>(
  columns: readonly C[],
  widths: Readonly<Record<string, number>>,
  lead: number,
  available: number,
): GridLayout<C> {
  const ordered = pinOrder(columns)
  const wanted = ordered.map((column) => Math.max(MIN_WIDTH, widths[column.id] ?? column.width))
  const spare = Math.max(0, available - lead - wanted.reduce((sum, width) => sum + width, 0))
  const shares = ordered.map((column) => (widths[column.id] === undefined ? (column.grow ?? 0) : 0))
  const allShares = shares.reduce((sum, share) => sum + share, 0)
  let left = lead
  const placed = ordered.map((column, index) => {
    const extra = allShares ? (spare * (shares[index] ?? 0)) / allShares : 0
    const width = Math.floor((wanted[index] ?? 0) + extra)
    const place = { column, index, left, width }
    left += width
    return place
  })
  const side = (pinned: 'left' | 'right' | undefined): Placed<C>[] => placed.filter(({ column }) => column.pinned === pinned)
  const pinnedLeft = side('left').at(-1)
  const right = side('right')
  const rightFrom = right[0]?.left ?? left
  return {
    left: side('left'),
    free: side(undefined),
    right: right.map((place) => ({ ...place, left: place.left - rightFrom })),
    leftWidth: pinnedLeft ? pinnedLeft.left + pinnedLeft.width : lead,
    rightWidth: left - rightFrom,
    width: Math.max(left, available),
  }
}

/** The free columns that a viewport from `from` to `to` touches. */
export function columnsInSight<C>(free: readonly Placed<C>[], from: number, to: number): readonly Placed<C>[] {
  if (free.length <= VIRTUAL_FROM) return free
  return free.filter(({ left, width }) => left + width > from && left < to)
}

/** Runs of neighbouring columns with the same group, for the upper header row. */
export function groupSpans<C extends LayoutColumn>(placed: readonly Placed<C>[]): Placed<C>[] {
  const spans: Placed<C>[] = []
  for (const place of placed) {
    const last = spans.at(-1)
    if (last && place.column.group && last.column.group === place.column.group && last.left + last.width === place.left)
      last.width += place.width
    else if (place.column.group) spans.push({ ...place })
  }
  return spans
}

/**
 * Which row each recycled slot shows: slot k keeps row i while i stays in the window, so that scrolling by one row
 * changes one slot. −1 marks a slot without a row.
 */
export function rowSlots(first: number, slots: number, rows: number): number[] {
  return Array.from({ length: Math.min(slots, rows) }, (_, slot) => {
    const count = Math.min(slots, rows)
    const start = Math.max(0, Math.min(first, rows - count))
    return start + ((slot - (start % count) + count) % count)
  })
}

/** The sort after a click on a header: up, down, none; `add` keeps the other keys. */
export function nextSort(sort: readonly string[], id: string, add: boolean, downFirst: boolean): string[] {
  const current = sort.find((key) => key === id || key === `-${id}`)
  const [firstKey, secondKey] = downFirst ? [`-${id}`, id] : [id, `-${id}`]
  const next = current === undefined ? firstKey : current === firstKey ? secondKey : null
  if (!add) return next ? [next] : []
  const others = sort.filter((key) => key !== current)
  if (next === null) return others
  return current === undefined ? [...sort, next] : sort.map((key) => (key === current ? next : key))
}

/** `ids` with `moved` put before `target`, or at the end when `target` is null. */
export function moveBefore(ids: readonly string[], moved: string, target: string | null): string[] {
  if (moved === target) return [...ids]
  const rest = ids.filter((id) => id !== moved)
  const at = target === null ? rest.length : rest.indexOf(target)
  return [...rest.slice(0, at < 0 ? rest.length : at), moved, ...rest.slice(at < 0 ? rest.length : at)]
}

/** The fewest leading ids that, with the rest in natural order, give `wanted`. */
export function shortestOrder(natural: readonly string[], wanted: readonly string[]): string[] {
  for (let length = 0; length < wanted.length; length += 1) {
    const lead = wanted.slice(0, length)
    const rest = natural.filter((id) => !lead.includes(id))
    if (rest.every((id, at) => id === wanted[length + at])) return [...lead]
  }
  return [...wanted]
}

/** `ids` with `moved` one place to the left or right, or at an end. */
export function moveBy(ids: readonly string[], moved: string, to: 'left' | 'right' | 'start' | 'end'): string[] {
  const at = ids.indexOf(moved)
  if (to === 'start') return moveBefore(ids, moved, ids[0] ?? null)
  if (to === 'end') return moveBefore(ids, moved, null)
  return to === 'left' ? moveBefore(ids, moved, ids[Math.max(0, at - 1)] ?? null) : moveBefore(ids, moved, ids[at + 2] ?? null)
}
