/** Columns of a runs table as columns of the plot. */
import type { RunsTable } from '../../core/runs-table'
import type { Values } from '../../core/sort'
import type { RunsMeta } from '../../core/wire'
import type { Column } from '../../plot/axes/axis'

type ColumnType = RunsMeta['columns'][number]['type']

/** The columns that were asked for, by their entry. */
export function plotColumns(table: RunsTable): Map<string, Column> {
  const typed = table.meta.columns.flatMap(({ name, type }) => {
    const values = table.columns.get(name)
    return values ? [[name, plotColumn(values, type)] as const] : []
  })
  return new Map(typed)
}

function plotColumn(values: Values, type: ColumnType): Column {
  if (values.kind === 'word')
    return { type: type === 'number' ? 'string' : type, codes: values.codes, labels: values.words }
  const numbers = values.values
  const absent = Uint8Array.from(numbers, (value, row) => (Number.isNaN(value) && !values.nan?.[row] ? 1 : 0))
  return { type: 'number', numbers, absent }
}
