/** The columns of a grid as text: as they are read, and in full for other programs. */
import type { TextTable } from '../core/table-text'
import type { GridColumn } from './grid'

export function gridText(columns: readonly GridColumn[], rows: Iterable<number>): TextTable {
  const written = columns.filter(({ drawn, full }) => !drawn || full)
  const read = written.filter(({ drawn }) => !drawn)
  const full = written.flatMap((column) => column.full ?? [{ title: textTitle(column), text: (row: number) => fullText(column, row) }])
  const listed = [...rows]
  return {
    head: read.map(textTitle),
    numeric: read.map(({ align }) => align === 'end'),
    rows: listed.map((row) => read.map((column) => column.text(row))),
    plain: {
      head: full.map(({ title }) => title),
      rows: listed.map((row) => full.map(({ text }) => text(row))),
    },
  }
}

function textTitle({ title, block, group }: GridColumn): string {
  return block && group ? `${group}${title === 'value' ? '' : ` ${title}`}` : title
}

/** The number behind a text; of a row without one, as that of a group, the text. */
function fullText({ values, text }: GridColumn, row: number): string {
  const value = values?.kind === 'number' ? values.values[row] : undefined
  return value === undefined || Number.isNaN(value) ? text(row) : String(value)
}
