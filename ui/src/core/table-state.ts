/** What a page with a table below its plot keeps of it in the address. */
import { byColumn, columns, finite, number, text } from './codec'
import type { Arrangement, ArrangementPatch } from './grid-arrange'

export const TABLE = {
  /** Columns hidden that are shown at first, and shown that are not. */
  tcols: columns(),
  torder: columns(),
  tleft: columns(['name']),
  tright: columns(),
  /** Widths set by hand. */
  tw: byColumn(finite),
  /** Height of rows in px. */
  trows: number(24),
  /** Words that rows must have. */
  tfind: text(),
}

interface TableState {
  readonly tcols: string[]
  readonly torder: string[]
  readonly tleft: string[]
  readonly tright: string[]
  readonly tw: Record<string, number>
  readonly sort: string[]
}

export function arrangementOf({ tcols, torder, tleft, tright, tw, sort }: TableState): Arrangement {
  return { hide: tcols, order: torder, left: tleft, right: tright, w: tw, sort }
}

const FIELDS = { hide: 'tcols', order: 'torder', left: 'tleft', right: 'tright', w: 'tw', sort: 'sort' } as const

/** The change of a page's state that a change of its table is. */
export function tablePatch(patch: ArrangementPatch): Partial<TableState> {
  return Object.fromEntries(Object.entries(patch).map(([key, value]) => [FIELDS[key as keyof typeof FIELDS], value]))
}

/** Columns as they are at first. */
export const FIRST: ArrangementPatch = { hide: [], order: [], left: [...TABLE.tleft.fallback], right: [], w: {} }
