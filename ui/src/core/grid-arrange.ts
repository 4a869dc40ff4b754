/** Which columns of a table, where: what a reader changes about them, asked for from headers and lists. */
import { moveBefore, shortestOrder } from './grid-layout'

/** What a reader has set. A page keeps it in its address. */
export interface Arrangement {
  /** Blocks in between in the order wanted; the rest follows. */
  readonly order: readonly string[]
  /** Blocks that stay in sight at either side. */
  readonly left: readonly string[]
  readonly right: readonly string[]
  /** Blocks that are hidden though they are shown at first, and those shown though they are not. */
  readonly hide: readonly string[]
  /** Widths by column. */
  readonly w: Readonly<Record<string, number>>
  readonly sort: readonly string[]
}

export interface ArrangementPatch {
  order?: string[]
  left?: string[]
  right?: string[]
  hide?: string[]
  w?: Record<string, number>
  sort?: string[]
}

export type Side = 'left' | 'middle' | 'right'
type Sides = Pick<Arrangement, 'left' | 'right'>

interface BlockColumn {
  readonly id: string
  /** Columns of one block move, hide and are pinned together. Default: the column alone. */
  readonly block?: string
  /** Hidden until it is asked for. */
  readonly aside?: boolean
}

/** What moves, hides and is pinned as one: a param, or a metric with its value, difference and dots. */
export interface Block {
  readonly id: string
  readonly title: string
  readonly aside?: boolean
}

const without = (list: readonly string[], id: string): string[] => list.filter((item) => item !== id)
export const toggleIn = (list: readonly string[], id: string): string[] => (list.includes(id) ? without(list, id) : [...list, id])

export const blockOf = (column: BlockColumn): string => column.block ?? column.id
export const blockIds = (columns: readonly BlockColumn[]): string[] => [...new Set(columns.map(blockOf))]

export function sideOf(view: Sides, id: string): Side {
  return view.left.includes(id) ? 'left' : view.right.includes(id) ? 'right' : 'middle'
}

export const isHidden = (view: Pick<Arrangement, 'hide'>, id: string, aside = false): boolean => view.hide.includes(id) !== aside

/** Ids in the order wanted; those that it does not name follow in their own. */
export function inWantedOrder(ids: readonly string[], order: readonly string[]): string[] {
  return [...order.filter((id) => ids.includes(id)), ...ids.filter((id) => !order.includes(id))]
}

/** The columns shown: without hidden ones, where the reader wants them. */
export function arranged<C extends BlockColumn>(columns: readonly C[], view: Arrangement): (C & { pinned?: 'left' | 'right' | undefined })[] {
  const blocks = blockIds(columns.filter((column) => !isHidden(view, blockOf(column), column.aside)))
  const side = (wanted: Side, order: readonly string[]): string[] => inWantedOrder(blocks.filter((id) => sideOf(view, id) === wanted), order)
  const order = [...side('left', view.left), ...side('middle', view.order), ...side('right', view.right)]
  return order.flatMap((id) => {
    const at = sideOf(view, id)
    const own = columns.filter((column) => blockOf(column) === id)
    return at === 'middle' ? own : own.map((column) => ({ ...column, pinned: at }))
  })
}

/** The blocks in between in another order. */
export function reordered(columns: readonly BlockColumn[], view: Arrangement, blocks: readonly string[]): ArrangementPatch {
  const shown = columns.filter((column) => !isHidden(view, blockOf(column), column.aside))
  return { order: shortestOrder(blockIds(shown).filter((id) => sideOf(view, id) === 'middle'), blocks) }
}

/** Puts a block at a side, before `target` there, or last when it is null. */
export function place(view: Pick<Arrangement, 'left' | 'right' | 'order'>, natural: readonly string[], id: string, side: Side, target: string | null): ArrangementPatch {
  const left = without(view.left, id)
  const right = without(view.right, id)
  if (side === 'left') return { left: moveBefore(left, id, target), right }
  if (side === 'right') return { left, right: moveBefore(right, id, target) }
  const before = natural.filter((item) => item === id || sideOf(view, item) === 'middle')
  const shown = inWantedOrder(before, view.order)
  return { left, right, order: shortestOrder(before, target === id ? shown : moveBefore(shown, id, target)) }
}

/** To a side, at the end of what is there; the middle takes it back to where it was. */
export function pin(view: Sides, id: string, side: Side): ArrangementPatch {
  const left = without(view.left, id)
  const right = without(view.right, id)
  return side === 'left' ? { left: [...left, id], right } : side === 'right' ? { left, right: [...right, id] } : { left, right }
}

export function setHidden(view: Pick<Arrangement, 'hide'>, blocks: readonly Omit<Block, 'title'>[], hidden: boolean): ArrangementPatch {
  const rest = view.hide.filter((id) => !blocks.some((block) => block.id === id))
  return { hide: [...rest, ...blocks.filter(({ aside = false }) => hidden !== aside).map(({ id }) => id)] }
}

/** Sorts by a column alone, or after the keys that there are. */
export function sortedBy(view: Pick<Arrangement, 'sort'>, id: string, { down, add }: { down: boolean; add: boolean }): ArrangementPatch {
  const key = down ? `-${id}` : id
  return { sort: add ? [...view.sort.filter((item) => item !== id && item !== `-${id}`), key] : [key] }
}

/** The widths without those of some columns. */
export function withoutWidths(view: Pick<Arrangement, 'w'>, columns: readonly string[]): ArrangementPatch {
  return { w: Object.fromEntries(Object.entries(view.w).filter(([id]) => !columns.includes(id))) }
}
