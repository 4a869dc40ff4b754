import type { Snippet } from 'svelte'
import type { LayoutColumn } from '../core/grid-layout'
import type { Values } from '../core/sort'

/** A column of DataGrid. Rows are numbers into the data, in whatever order the grid shows them. */
export interface GridColumn extends LayoutColumn {
  title: string
  /** Grey words after the group's name in the upper header row. */
  groupNote?: string
  align?: 'start' | 'end'
  tone?: 'strong' | 'muted'
  /** Shown in the cell, and what copying takes. */
  text: (row: number) => string
  /** Drawn instead of the text. */
  cell?: Snippet<[row: number, column: GridColumn]>
  /** Drawn instead of the title. */
  head?: Snippet<[column: GridColumn]>
  /** A column with values can be sorted by; so can one that names another with `sortAs`. */
  values?: Values
  sortAs?: string
  /** The first click sorts downwards. */
  downFirst?: boolean
  /** Columns of one block move together when a header is dragged. Default: the column alone. */
  block?: string
  /** Hidden until the reader asks for it. */
  aside?: boolean
  hint?: string
  /** A picture of what other columns say: nothing to copy. */
  drawn?: boolean
  /** What other programs get instead of the text: figures in full. Default: the number behind the text. */
  full?: readonly { title: string; text: (row: number) => string }[]
  /** Colour behind the cell, on top of the row's own. */
  background?: (row: number) => string | undefined
}

/** Rows that head others: bands that stay in sight while their members scroll by. */
export interface GridGroups {
  /** Ids of the rows below a heading one; null for any other row. */
  members: (row: number) => readonly string[] | null
  /** The heading of a row; a heading is its own. */
  headOf: (row: number) => number
  isOpen: (row: number) => boolean
  toggle: (row: number) => void
  /** A heading is to be selected whose members are not known yet. */
  ask?: (heading: number) => void
}

/** What a column, or the block that it stands for, is called in lists. */
export const blockTitle = (column: GridColumn): string =>
  column.block && column.group ? `${column.group} ${column.groupNote ?? ''}` : (column.hint ?? column.title)
