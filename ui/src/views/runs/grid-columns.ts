/** The columns of the Runs table as DataGrid takes them. */
import type { Snippet } from 'svelte'
import type { GridColumn } from '../../components/grid'
import { formatDelta, formatTime, isoTime, STATUS_WORDS } from '../../core/format'
import { aggregateText, aggregateValue, membersText, sharedRow } from '../../core/runs-groups'
import { extent, type RunsTable } from '../../core/runs-table'
import { distinctWords, durationText, NOTE, fittingWidth, startedText, type MetricView, type ParamView } from '../../core/runs-view'
import type { NumberValues, Values } from '../../core/sort'
import type { RunsModel } from './model.svelte'

type Cell = Snippet<[row: number, column: GridColumn]>

export interface Cells {
  name: Cell
  status: Cell
  tags: Cell
  word: Cell
  note: Cell
  dots: Cell
  spark: Cell
  delta: Cell
  scaleHead: Snippet<[column: GridColumn]>
}

/** Words that may not fit lose their middle. */
const LONG_WORD = 20
const VALUE_PX = 84
const LEAST_PARAM_PX = 56
const MOST_PARAM_PX = 160
/** Room for `.084 ± .021` and `1e−4 – 1e−2`, however wide: a cut number is a wrong one. */
const MOST_GROUP_PX = 240
const GROUP_NAME_PX = 240
/** More would push the metrics out of a window of 1440 px. */
const MANY_PARAMS = 7
/** The strongest tint: text on it keeps a contrast above 4.5:1 in both themes. */
const TINT_PERCENT = 34

/** Sixteen digits, as ids have that nobody chose. */
const ID_PX = 140
/** A date with its time. */
const TIME_PX = 120

const scaleId = (metric: string): string => `scale ${metric}`
const sparkId = (metric: string): string => `spark ${metric}`

/** All columns there are, hidden ones too, in their natural order. */
export function allColumns(model: RunsModel, cells: Cells): GridColumn[] {
  const { table } = model
  if (!table) return []
  const params = model.params.map((item) => paramColumn(model, table, item, cells))
  const metrics = model.measures.flatMap((item) => metricColumns(model, item, cells))
  const columns = [
    ...leading(model, table, cells),
    ...(manyParams(model) ? [...metrics, ...params] : [...params, ...metrics]),
    ...trailing(model, table, cells),
  ]
  return model.grouped ? columns.map((column) => withGroups(model, column)) : columns
}

/** Metrics must not stand beyond the window's edge. By all runs, not by the matched: a query moves no column. */
function manyParams(model: RunsModel): boolean {
  return (model.pickers.data?.params.filter(({ distinct }) => distinct > 1).length ?? 0) > MANY_PARAMS
}

const withValues = (values: Values | undefined): { values?: Values } => (values ? { values } : {})

function leading(model: RunsModel, table: RunsTable, cells: Cells): GridColumn[] {
  const { columns } = table
  const width = fittingWidth('run', table.name, table.length, 100, 260)
  return [
    {
      id: 'name',
      title: model.grouped ? 'group, run' : 'run',
      width: model.grouped ? Math.max(width, GROUP_NAME_PX) : width,
      text: table.name,
      cell: cells.name,
      ...withValues(columns.get('name')),
    },
    { id: 'id', title: 'id', width: fittingWidth('id', table.id, table.length, ID_PX, 240), tone: 'muted', aside: true, text: table.id, cell: cells.word, ...withValues(columns.get('id')) },
    { id: 'status', title: 'status', width: 88, text: (row) => STATUS_WORDS[table.status(row)], cell: cells.status, ...withValues(columns.get('status')) },
  ]
}

function trailing(model: RunsModel, table: RunsTable, cells: Cells): GridColumn[] {
  const experiment = table.columns.get('experiment')
  const several = experiment?.kind === 'word' && distinctWords(experiment) > 1
  const experimentText = (row: number): string => (experiment?.kind === 'word' ? (experiment.words[experiment.codes[row] ?? -1] ?? '') : '')
  const tags = (row: number): string => table.tags(row).map((tag) => `${tag}   `).join('')
  return [
    {
      id: 'tags',
      title: 'tags',
      width: fittingWidth('tags', tags, table.length, 72, 200),
      text: (row) => table.tags(row).join(', '),
      cell: cells.tags,
      ...withValues(table.columns.get('tags')),
    },
    ...(several && experiment
      ? [{ id: 'experiment', title: 'experiment', width: fittingWidth('experiment', experimentText, table.length, 80, 180), tone: 'muted' as const, text: experimentText, values: experiment }]
      : []),
    {
      id: 'created',
      title: 'started',
      width: 100,
      tone: 'muted',
      downFirst: true,
      text: (row) => startedText(model.created.values[row] ?? Number.NaN, model.now),
      full: [{ title: 'started', text: (row) => isoTime(model.created.values[row]) }],
      values: model.created,
    },
    {
      id: 'ended',
      title: 'ended',
      width: TIME_PX,
      tone: 'muted',
      downFirst: true,
      aside: true,
      text: (row) => timeText(model.ended.values[row] ?? Number.NaN),
      full: [{ title: 'ended', text: (row) => isoTime(model.ended.values[row]) }],
      values: model.ended,
    },
    { id: 'duration', title: 'duration', width: 76, align: 'end', tone: 'muted', text: (row) => durationText(model.lasted.values[row] ?? Number.NaN), values: model.lasted },
    noteColumn(table, cells),
  ]
}

/** Notes are Markdown of many lines; a row shows their words as one. */
function noteColumn(table: RunsTable, cells: Cells): GridColumn {
  const notes = table.columns.get(NOTE)
  const text = (row: number): string => (notes?.kind === 'word' ? (notes.words[notes.codes[row] ?? -1] ?? '').replace(/\s+/g, ' ').trim() : '')
  return { id: 'note', title: 'note', width: fittingWidth('note', text, table.length, 120, 320), aside: true, text, cell: cells.note, ...withValues(notes) }
}

const timeText = (time: number): string => (Number.isNaN(time) ? '' : formatTime(time))

function paramColumn(model: RunsModel, table: RunsTable, item: ParamView, cells: Cells): GridColumn {
  const { view } = model
  const number = item.values.kind === 'number'
  const all = model.pickers.data?.params.length ?? model.params.length
  return {
    id: item.id,
    title: item.title,
    hint: item.path,
    group: view.cols === 'varying' ? 'params that vary' : 'params',
    ...(view.cols === 'varying' ? { groupNote: `${model.params.length} of ${all}` } : {}),
    width: fittingWidth(item.title, item.text, table.length, LEAST_PARAM_PX, MOST_PARAM_PX),
    align: number ? 'end' : 'start',
    values: item.values,
    text: item.text,
    ...(item.values.kind === 'word' && item.values.words.some((word) => word.length > LONG_WORD) ? { cell: cells.word } : {}),
    ...(item.values.kind === 'number' && view.tint.includes(item.id) ? { background: tint(model, item.values, false) } : {}),
  }
}

function metricColumns(model: RunsModel, item: MetricView, cells: Cells): GridColumn[] {
  const { view, baseline } = model
  const shared = { group: item.title, groupNote: item.note, block: item.id, sortAs: item.id }
  const base = baseline === null ? null : (item.values.values[baseline] ?? Number.NaN)
  const value: GridColumn = {
    ...shared,
    id: item.id,
    title: 'value',
    hint: `${item.title}, ${item.note}`,
    width: VALUE_PX,
    align: 'end',
    downFirst: item.goal === 'max',
    values: item.values,
    text: item.text,
    ...(view.sort.some((key) => key.endsWith(item.id)) ? { tone: 'strong' as const } : {}),
    ...(view.tint.includes(item.id) ? { background: tint(model, item.values, item.goal === 'min') } : {}),
  }
  const delta: GridColumn = { ...shared, id: `Δ ${item.id}`, title: 'Δ base', width: 64, align: 'end', text: (row) => deltaText(item, row, baseline), cell: cells.delta }
  const spark: GridColumn = { ...shared, drawn: true, id: sparkId(item.id), title: 'over steps', hint: 'The metric over its steps, each run on its own scale', width: 96, grow: 1, text: () => '', cell: cells.spark }
  const dots: GridColumn = { ...shared, drawn: true, id: scaleId(item.id), title: 'scale', width: 88, grow: 1, text: () => '', cell: cells.dots, head: cells.scaleHead }
  return [
    value,
    ...(base === null ? [] : [delta]),
    ...(view.spark.includes(item.id) ? [spark] : []),
    ...(view.plain.includes(item.id) ? [] : [dots]),
  ]
}

export function deltaOf(item: MetricView, row: number, baseline: number | null): number {
  if (baseline === null || row === baseline) return Number.NaN
  return (item.values.values[row] ?? Number.NaN) - (item.values.values[baseline] ?? Number.NaN)
}

function deltaText(item: MetricView, row: number, baseline: number | null): string {
  const delta = deltaOf(item, row, baseline)
  return Number.isNaN(delta) ? '' : formatDelta(delta, item.decimals)
}

/** A colour that grows with the value, or with its distance from the highest when less is better. */
function tint(model: RunsModel, values: NumberValues, lowIsStrong: boolean): (row: number) => string | undefined {
  const [low, high] = extent(values) ?? [0, 1]
  return (row) => {
    const group = model.groupAt(row)
    const value =
      group === null ? (values.values[row] ?? Number.NaN) : aggregateValue(model.stats?.(values, group) ?? null, model.view.agg, !lowIsStrong)
    if (!Number.isFinite(value) || low === high) return undefined
    const part = (value - low) / (high - low)
    return `color-mix(in srgb, var(--pos) ${Math.round(TINT_PERCENT * (lowIsStrong ? 1 - part : part))}%, transparent)`
  }
}

/** The same column, which for a heading row says what its runs have in common or how they spread. */
function withGroups(model: RunsModel, column: GridColumn): GridColumn {
  return {
    ...column,
    width: fittingWidth('', (group) => groupText(model, column, group), model.grouping?.groups.length ?? 0, column.width, Math.max(column.width, MOST_GROUP_PX)),
    text: (row) => {
      const group = model.groupAt(row)
      return group === null ? column.text(row) : groupText(model, column, group)
    },
  }
}

function groupText(model: RunsModel, column: GridColumn, group: number): string {
  const rows = model.grouping?.groups[group]?.rows
  const { values } = column
  if (!rows || !values) return ''
  const measure = model.measures.find(({ id }) => id === column.id)
  if (measure) return aggregateText(model.stats?.(measure.values, group) ?? null, model.view.agg, measure.decimals)
  if (column.id === 'name' || (column.id === 'created' && sharedRow(values, rows) === null)) return ''
  return membersText(column, rows)
}
