/** Columns that a reader adds to the table below a plot: any param or property, and values of metrics. */
import { formatTime } from '../../core/format'
import type { Block } from '../../core/grid-arrange'
import { metricExpression, parseMetricExpression, paramPath, reducerText } from '../../core/run-columns'
import type { RunsTable } from '../../core/runs-table'
import { contextLabel } from '../../core/selector'
import type { MetricPicker, Pickers, Reducer } from '../../core/wire'
import type { LabelColumn } from '../../plot/axes/axis'

/** Of a metric, these are listed; an axis offers the others. */
const REDUCERS: readonly Reducer[] = ['last', 'best']
const PROPERTIES = ['experiment', 'status', 'tags', 'created', 'duration']

/** The column's id in the table. Its sign keeps it from an axis of the same key, which is shown unless it is hidden. */
export const addedId = (key: string): string => `+${key}`

/** What was added, of all that the reader has changed about columns. */
export const addedKeys = (changed: readonly string[]): string[] =>
  changed.flatMap((id) => (id.startsWith('+') ? [id.slice(1)] : []))

/** Columns that the answer for runs has in any case, as words. */
const OWN: Readonly<Record<string, (table: RunsTable, row: number) => string>> = {
  'run.tags': (table, row) => table.tags(row).join(', '),
  'run.created': (table, row) => {
    const created = table.columns.get('created')
    const time = created?.kind === 'number' ? (created.values[row] ?? NaN) : NaN
    return Number.isFinite(time) ? formatTime(time) : ''
  },
}

export const isOwn = (key: string): boolean => key in OWN

export function ownColumn(table: RunsTable, key: string): LabelColumn {
  const codes = new Map<string, number>()
  const own = Int32Array.from({ length: table.length }, (_, row) => {
    const text = OWN[key]!(table, row)
    if (text === '') return -1
    const code = codes.get(text) ?? codes.size
    codes.set(text, code)
    return code
  })
  return { type: 'string', codes: own, labels: [...codes.keys()] }
}

/** What a column is called by itself, in full: "acc dev de, best". */
export function columnTitle(key: string): string {
  const metric = parseMetricExpression(key)
  if (!metric) return paramPath(key)
  return `${[metric.name, contextLabel(metric.context)].filter(Boolean).join(' ')}, ${reducerText(metric.reducer)}`
}

/** All that can be added, without what the plot shows in any case. */
export function addable(pickers: Pickers | undefined, axes: readonly string[]): Block[] {
  if (!pickers) return []
  const keys = [
    ...PROPERTIES.map((name) => `run.${name}`),
    ...pickers.params.filter(({ kinds }) => !kinds.includes('list')).map(({ expression }) => expression),
    ...pickers.metrics.flatMap(valuesOf),
  ]
  const shown = new Set(axes)
  return keys.filter((key) => !shown.has(key)).map((key) => ({ id: addedId(key), title: columnTitle(key), aside: true }))
}

function valuesOf({ name, contexts }: MetricPicker): string[] {
  return contexts.flatMap(({ context }) => REDUCERS.map((reducer) => metricExpression({ name, context, reducer })))
}
