/** The Runs page as data: which columns, in which order, and how the rows are sorted. */
import { decimalsFor, formatAgo, formatDuration, formatFixed, formatParam, formatTime, paramNumberFormat } from './format'
import { parseMetricExpression, paramPath, paramTitles, type MetricColumn } from './run-columns'
import { extent, type RunsTable } from './runs-table'
import { niceDomain } from './scales'
import { sortRows, type NumberValues, type SortKey, type Values, type WordValues } from './sort'
import type { Goal, Json, MetricPicker } from './wire'

export interface ParamView {
  kind: 'param'
  id: string
  title: string
  path: string
  values: Values
  text: (row: number) => string
}

export interface MetricView {
  kind: 'metric'
  id: string
  /** Bold in the header: the name and what tells it from its neighbours. */
  title: string
  /** Grey after it: what all have in common, the reducer, the direction. */
  note: string
  values: NumberValues
  decimals: number
  goal: Goal
  /**
 * Scale of the dots: from the lowest to the highest value, but no further than one and a half times the middle half
 * beyond it (Tukey's fences), so that a few bad runs do not squeeze all others together.
 */
function dotScale(values: NumberValues): { low: number; high: number } {
  const finite = values.values.filter(Number.isFinite).sort()
  const at = (share: number): number => finite[Math.round(share * (finite.length - 1))] ?? 0
  if (!finite.length) return { low: 0, high: 1 }
  const reach = 1.5 * (at(0.75) - at(0.25))
  const [low, high] =
    reach > 0
      ? niceDomain(Math.max(at(0), at(0.25) - reach), Math.min(at(1), at(0.75) + reach), SCALE_STEPS)
      : niceDomain(at(0), at(1), SCALE_STEPS)
  return { low, high }
}

function metricText(values: NumberValues, decimals: number): (row: number) => string {
  return (row) => {
    const value = values.values[row] ?? Number.NaN
    if (Number.isNaN(value)) return values.nan?.[row] ? 'NaN' : ''
    return formatFixed(value, decimals)
  }
}

/** What tells a metric from others of its name is in the title; what it shares with them is in the note. */
function metricTitle(metric: MetricColumn, namesakes: readonly MetricColumn[], goal: Goal): { title: string; note: string } {
  const entries = Object.entries(metric.context).sort(([a], [b]) => (a < b ? -1 : 1))
  const shared = ([key, value]: [string, Json]): boolean => namesakes.every(({ context }) => context[key] === value)
  const words = (part: [string, Json][]): string[] => part.map(([, value]) => formatParam(value))
  const arrow = metric.reducer === 'min' ? '↓' : metric.reducer === 'max' ? '↑' : goal === 'min' ? '↓' : '↑'
  return {
    title: [metric.name, ...words(entries.filter((entry) => !shared(entry)))].join(' '),
    note: `${[...words(entries.filter(shared)), metric.reducer].join(', ')} ${arrow}`,
  }
}

/** Seconds from start to end; still counting for runs without an end. */
export function durations(table: RunsTable, now: number): NumberValues {
  const created = numbersOf(table, 'created')
  const ended = numbersOf(table, 'ended')
  const values = created.map((start, row) => {
    const end = ended[row] ?? Number.NaN
    return (Number.isNaN(end) && table.status(row) === 'running' ? now : end) - start
  })
  return { kind: 'number', values }
}

export function numbersOf(table: RunsTable, name: string): Float64Array {
  const values = table.columns.get(name)
  return values?.kind === 'number' ? values.values : new Float64Array(table.length).fill(Number.NaN)
}

export const startedText = (time: number, now: number): string => (Number.isNaN(time) ? '' : formatAgo(time, now))
export const startedHint = (time: number): string => (Number.isNaN(time) ? '' : formatTime(time))
export const durationText = (seconds: number): string => formatDuration(Number.isNaN(seconds) ? null : seconds)

/** Rows not archived (or all), without `leaveOut`, sorted by `sort`; newest first without one. */
export function orderRows(
  table: RunsTable,
  sortable: ReadonlyMap<string, Values>,
  sort: readonly string[],
  showArchived: boolean,
  leaveOut: number | null,
): Uint32Array {
  const archived = table.columns.get('archived')
  const isArchived = (row: number): boolean => archived?.kind === 'word' && archived.words[archived.codes[row] ?? -1] === 'true'
  const rows = Uint32Array.from({ length: table.length }, (_, row) => row).filter(
    (row) => row !== leaveOut && (showArchived || !isArchived(row)),
  )
  const keys = (sort.length ? sort : ['-created']).flatMap((id): SortKey[] => {
    const descending = id.startsWith('-')
    const values = sortable.get(descending ? id.slice(1) : id)
    return values ? [{ values, descending }] : []
  })
  return sortRows(rows, keys)
}

/** Columns in the wanted order; those that it does not name follow. */
export function inOrder<C extends { id: string }>(columns: readonly C[], order: readonly string[]): C[] {
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length)
  return columns.map((column, at) => ({ column, at })).sort((a, b) => place(a.column.id) - place(b.column.id) || a.at - b.at).map(({ column }) => column)
}

/** How many distinct words a column has among the rows: a column with one says nothing. */
export function distinctWords({ codes }: WordValues): number {
  return new Set(codes.filter((code) => code >= 0)).size
}
