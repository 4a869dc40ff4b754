/** The Runs page as data: which columns, in which order, and how the rows are sorted. */
import { decimalsFor, formatAgo, formatDuration, formatInColumn, formatParam, paramNumberFormat } from './format'
import { isValue, paramPath, paramTitles, parseMetricExpression, reducerText, type MetricColumn } from './run-columns'
import type { RunFacts } from './run-edits'
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
  metric: MetricColumn
  /** Bold in the header: the name and what tells it from its neighbours. */
  title: string
  /** Grey after it: what all have in common, the reducer, the direction. */
  note: string
  values: NumberValues
  decimals: number
  goal: Goal
  /** Scale of the dots. */
  low: number
  high: number
  text: (row: number) => string
}

const SCALE_STEPS = 4
/** Mean width of a 12 px character and the padding of a cell, for first widths. */
const CHARACTER_PX = 6.7
const PADDING_PX = 20
/** Characters that the arrow of a sorted column takes. */
const SORT_MARK = 2
const WIDTH_SAMPLE = 200

/** What asks for the notes of runs, which may be long: only where they are shown. */
export const NOTE = 'run.note'

/** The params of the answer. */
export function paramViews(table: RunsTable): ParamView[] {
  const names = table.meta.columns.map(({ name }) => name).filter((name) => name !== NOTE && !parseMetricExpression(name))
  const titles = paramTitles(names.map(paramPath))
  return names
    .flatMap((name): ParamView[] => {
      const values = table.columns.get(name)
      const path = paramPath(name)
      return values ? [{ kind: 'param', id: name, title: titles.get(path) ?? path, path, values, text: valueText(values) }] : []
    })
}

/** Text of a param's values; lists and words as they are, numbers as people write them. */
function valueText(values: Values): (row: number) => string {
  if (values.kind === 'word') return (row) => values.words[values.codes[row] ?? -1] ?? ''
  const format = paramNumberFormat(values.values)
  return (row) => {
    const value = values.values[row] ?? Number.NaN
    if (Number.isNaN(value)) return values.nan?.[row] ? 'NaN' : ''
    return format(value)
  }
}

/** A first width that holds the title and the texts of a sample of rows. */
export function fittingWidth(title: string, text: (row: number) => string, rows: number, least: number, most: number): number {
  const step = Math.max(1, Math.floor(rows / WIDTH_SAMPLE))
  let longest = title.length + SORT_MARK
  for (let row = 0; row < rows; row += step) longest = Math.max(longest, text(row).length)
  return Math.round(Math.min(most, Math.max(least, longest * CHARACTER_PX + PADDING_PX)))
}

/** The metric columns among `expressions` that the answer holds as numbers. */
export function metricViews(
  table: RunsTable,
  expressions: readonly string[],
  pickers: readonly MetricPicker[],
  goals: Readonly<Record<string, Goal>> = {},
): MetricView[] {
  const parsed = expressions.flatMap((id) => {
    const metric = parseMetricExpression(id)
    const values = table.columns.get(id)
    return metric && values?.kind === 'number' ? [{ id, metric, values }] : []
  })
  return parsed.map(({ id, metric, values }) => {
    const goal = goals[metric.name] ?? pickers.find(({ name }) => name === metric.name)?.goal ?? 'max'
    const range = extent(values) ?? [0, 1]
    const decimals = isValue(metric.reducer) ? decimalsFor(range[0], range[1]) : 0
    const namesakes = parsed.map((item) => item.metric).filter(({ name }) => name === metric.name)
    return {
      kind: 'metric',
      id,
      metric,
      ...metricTitle(metric, namesakes, goal),
      values,
      decimals,
      goal,
      ...dotScale(values),
      text: metricText(values, decimals),
    }
  })
}

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
    return formatInColumn(value, decimals)
  }
}

/** What tells a metric from others of its name is in the title; what it shares with them is in the note. */
function metricTitle(metric: MetricColumn, namesakes: readonly MetricColumn[], goal: Goal): { title: string; note: string } {
  const entries = Object.entries(metric.context).sort(([a], [b]) => (a < b ? -1 : 1))
  const shared = ([key, value]: [string, Json]): boolean => namesakes.every(({ context }) => context[key] === value)
  const words = (part: [string, Json][]): string[] => part.map(([, value]) => formatParam(value))
  const arrow = isValue(metric.reducer) ? (goal === 'min' ? ' ↓' : ' ↑') : ''
  return {
    title: [metric.name, ...words(entries.filter((entry) => !shared(entry)))].join(' '),
    note: `${[...words(entries.filter(shared)), reducerText(metric.reducer)].join(', ')}${arrow}`,
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
export const durationText = (seconds: number): string => formatDuration(Number.isNaN(seconds) ? null : seconds)

export function isArchived(table: RunsTable, row: number): boolean {
  const archived = table.columns.get('archived')
  return archived?.kind === 'word' && archived.words[archived.codes[row] ?? -1] === 'true'
}

/**
 * What bulk actions ask of a run; of one that is not in the table they know nothing.
 *
 * Args:
 *   deleted: whether the table is that of deleted runs: a table has either these or the others.
 */
export function runFacts(table: RunsTable, { deleted = false }: { deleted?: boolean } = {}): (id: string) => RunFacts {
  return (id) => {
    const row = table.rowOf.get(id) ?? -1
    return { name: table.name(row), tags: table.tags(row), archived: isArchived(table, row), deleted }
  }
}

/** All rows but `leaveOut`, sorted by `sort`; newest first without one. */
export function orderRows(
  table: RunsTable,
  sortable: ReadonlyMap<string, Values>,
  sort: readonly string[],
  leaveOut: number | null,
): Uint32Array {
  const rows = new Uint32Array(table.length - (leaveOut === null ? 0 : 1))
  for (let row = 0, at = 0; row < table.length; row += 1) if (row !== leaveOut) rows[at++] = row
  return sortRows(rows, sortKeys(sortable, sort.length ? sort : ['-created']))
}

/** The keys whose columns there are. */
export function sortKeys(sortable: ReadonlyMap<string, Values>, sort: readonly string[]): SortKey[] {
  return sort.flatMap((id): SortKey[] => {
    const descending = id.startsWith('-')
    const values = sortable.get(descending ? id.slice(1) : id)
    return values ? [{ values, descending }] : []
  })
}

/** Columns in the wanted order of their blocks; those that it does not name follow. */
export function inOrder<C extends { id: string; block?: string }>(columns: readonly C[], order: readonly string[]): C[] {
  const place = ({ id, block }: C): number => {
    const at = order.indexOf(block ?? id)
    return at < 0 ? order.length : at
  }
  return [...columns].sort((a, b) => place(a) - place(b))
}

/** How many distinct words a column has among the rows: a column with one says nothing. */
export function distinctWords({ codes }: WordValues): number {
  return new Set(codes.filter((code) => code >= 0)).size
}
