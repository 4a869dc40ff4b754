/** The columns of the table below the charts: what each chart reads at the cursor, then what is known of the run. */
import type { Snippet } from 'svelte'
import type { GridColumn } from '../../components/grid'
import { formatCount, formatFixed, formatNumber, isoTime, STATUS_WORDS } from '../../core/format'
import type { LineRow } from '../../core/lines'
import { membersText } from '../../core/runs-groups'
import type { RunsTable } from '../../core/runs-table'
import { durations, durationText, fittingWidth, numbersOf, startedText, type ParamView } from '../../core/runs-view'
import type { NumberValues, Values } from '../../core/sort'
import type { Goal } from '../../core/wire'
import { writeX } from '../../plot/lines/ticks'
import { readingDigits, readingText, valueText } from '../../plot/lines/value-text'
import type { FacetAxes } from './ranges'
import type { Facet } from './scene'
import { bestPlace, type Reading } from './table'
import type { TableRows } from './table-rows'

type Cell = Snippet<[row: number, column: GridColumn]>

export interface Cells {
  readonly name: Cell
  readonly scale: Cell
  readonly valueHead: Snippet<[column: GridColumn]>
  readonly scaleHead: Snippet<[column: GridColumn]>
}

export interface TableView {
  readonly table: TableRows
  readonly facets: readonly Facet[]
  readonly axes: readonly FacetAxes[]
  /** What a line reads at the cursor. Cells follow it by themselves: no column is made anew for it. */
  readonly read: (line: LineRow | null) => Reading | null
  readonly goalOf: (facet: Facet) => Goal
  /** Whether groups hold more than one run, and what their lines and bands are. */
  readonly merged: boolean
  readonly reducer: string
  readonly band: string
  readonly nameTitle: string
  /** Least and most width of the first column. */
  readonly nameWidth: readonly [least: number, most: number]
  /** Room for a scale beside each value. */
  readonly scales: boolean
  readonly runs: RunsTable | undefined
  readonly params: readonly ParamView[]
  /** Which params have a column without being asked for one by one. */
  readonly shown: (param: ParamView) => boolean
  readonly places: Int32Array
  readonly members: ReadonlyMap<number, Uint32Array>
  readonly now: number
  readonly cells: Cells
}

export const AT = 'at:'
export const SCALE = 'scale:'
export const BEST = 'best:'
export const BEST_AT = 'argbest:'

export function tableColumns(view: TableView): GridColumn[] {
  const { table, facets } = view
  const rowName = (row: number): string => [table.rows[row]!.label, table.rows[row]!.note].filter(Boolean).join('  ')
  const count: GridColumn = { id: 'n', title: 'n', hint: 'n, runs of the group', width: 52, align: 'end', sortAs: 'n', downFirst: true, text: (row) => (table.rows[row]!.run === null ? formatCount(table.rows[row]!.runs) : '') }
  const name: GridColumn = {
    id: 'name',
    title: view.nameTitle,
    hint: table.grouped ? `${view.nameTitle}, run` : view.nameTitle,
    grow: 0.3,
    width: fittingWidth(view.nameTitle, rowName, table.rows.length, ...view.nameWidth),
    text: rowName,
    cell: view.cells.name,
    sortAs: 'name',
    full: nameParts(table),
  }
  return [
    name,
    ...(table.grouped ? [count] : []),
    ...view.params.map((param) => paramColumn(view, param)),
    ...facets.flatMap((facet, at) => facetColumns(view, facet, at)),
    ...facets.flatMap((facet, at) => bestColumns(view, facet, at)),
    ...(view.runs ? runColumns(view, view.runs) : []),
  ]
}

function nameParts({ rows, headOf, grouped }: TableRows): GridColumn['full'] {
  const run = { title: 'run', text: (row: number) => (rows[row]!.run === null ? '' : rows[row]!.label) }
  const id = { title: 'id', text: (row: number) => rows[row]!.run ?? '' }
  return grouped ? [{ title: 'group', text: (row) => rows[headOf[row]!]!.label }, run, id] : [run, id]
}

const full = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value))

/** Bounds are written with the digits of the value between them: they say how far it goes, not more. */
function bandText({ y, lo, hi }: Reading, digits: number): string {
  if (lo === null || hi === null) return ''
  const plain = readingText(y, digits) === formatFixed(y, digits)
  return [lo, hi].map((end) => (plain ? formatFixed(end, digits) : readingText(end, digits))).join(' – ')
}

function facetColumns(view: TableView, facet: Facet, at: number): GridColumn[] {
  const { table } = view
  const axes = view.axes[at]
  if (!axes) return []
  const digits = readingDigits(axes.axes.y[0], axes.axes.y[1])
  const read = (row: number): Reading | null => view.read(table.rows[row]!.lines[at] ?? null)
  const value: GridColumn = {
    id: AT + facet.id,
    title: facet.short === view.reducer ? facet.short : `${facet.short} ${view.reducer}`.trim(),
    hint: [facet.title, ...facet.keys.map((key) => `${key.name} = ${key.value}`), view.reducer].filter(Boolean).join(', '),
    width: Math.max(88, Math.min(168, 7 * (facet.short.length + view.reducer.length) + 24)),
    align: 'end',
    sortAs: AT + facet.id,
    downFirst: view.goalOf(facet) === 'max',
    head: view.cells.valueHead,
    text: (row) => {
      const reading = read(row)
      return reading ? valueText(reading.y, axes.axes.y) : '–'
    },
    full: [{ title: facet.short, text: (row) => full(read(row)?.y) }],
  }
  const band: GridColumn = {
    id: `band:${facet.id}`,
    title: view.band,
    hint: `${facet.short}, ${view.band}`,
    width: 96,
    tone: 'muted',
    text: (row) => {
      const reading = read(row)
      return reading ? bandText(reading, digits) : ''
    },
    full: [
      { title: `${facet.short} low`, text: (row) => full(read(row)?.lo) },
      { title: `${facet.short} high`, text: (row) => full(read(row)?.hi) },
      { title: `${facet.short} n`, text: (row) => full(read(row)?.n) },
    ],
  }
  const scale: GridColumn = { id: SCALE + facet.id, title: 'scale', hint: `${facet.short}, on a scale`, width: 72, grow: 1, drawn: true, text: () => '', cell: view.cells.scale, head: view.cells.scaleHead }
  return [value, ...(view.merged && view.band ? [band] : []), ...(view.scales ? [scale] : [])]
}

function bestColumns(view: TableView, facet: Facet, at: number): GridColumn[] {
  const axes = view.axes[at]?.axes
  if (!axes) return []
  const goal = view.goalOf(facet)
  const place = (row: number): { x: number; y: number } | null => bestPlace(view.table.rows[row]!.lines[at] ?? null, goal)
  const of = view.facets.length > 1 ? `, ${facet.short}` : ''
  const written = (x: number): string => (axes.xFormat === 'number' ? formatNumber(x) : writeX(x, axes.xFormat, ''))
  const best = { title: `best${of}`, text: (row: number) => full(place(row)?.y) }
  const where = { title: `best ${axes.xFormat === 'number' ? axes.xLabel : 'time'}${of}`, text: (row: number) => full(place(row)?.x) }
  const shared = { align: 'end' as const, width: 96 }
  return [
    {
      ...shared,
      id: BEST + facet.id,
      title: best.title,
      aside: true,
      sortAs: BEST + facet.id,
      downFirst: goal === 'max',
      text: (row) => {
        const found = place(row)
        return found ? valueText(found.y, axes.y) : ''
      },
      full: [best],
    },
    {
      ...shared,
      id: BEST_AT + facet.id,
      title: where.title,
      aside: at > 0,
      sortAs: BEST_AT + facet.id,
      text: (row) => {
        const found = place(row)
        return found ? written(found.x) : ''
      },
      full: [where],
    },
  ]
}

/** Text of a column of runs for the rows of the table: groups say what their runs have in common. */
function placed(view: TableView, text: (place: number) => string, values: Values | undefined): (row: number) => string {
  return (row) => {
    const own = view.members.get(row)
    if (own) return own.length && values ? membersText({ values, text }, own) : ''
    const place = view.places[row] ?? -1
    return place < 0 ? '' : text(place)
  }
}

function paramColumn(view: TableView, param: ParamView): GridColumn {
  const number = param.values.kind === 'number'
  return {
    id: param.id,
    title: param.title,
    hint: param.path,
    width: fittingWidth(param.title, param.text, view.runs?.length ?? 0, 60, 180),
    align: number ? 'end' : 'start',
    aside: !view.shown(param),
    sortAs: param.id,
    text: placed(view, param.text, param.values),
    full: [{ title: param.path, text: placed(view, number ? (place) => full(numberAt(param.values, place)) : param.text, param.values) }],
  }
}

function numberAt(values: Values, place: number): number | null {
  const value = values.kind === 'number' ? values.values[place] : undefined
  return value === undefined || Number.isNaN(value) ? null : value
}

function runColumns(view: TableView, runs: RunsTable): GridColumn[] {
  const created: NumberValues = { kind: 'number', values: numbersOf(runs, 'created') }
  const lasted = durations(runs, view.now)
  const column = (id: string, title: string, width: number, text: (place: number) => string, values: Values | undefined, written = text): GridColumn => ({
    id,
    title,
    width,
    aside: true,
    tone: 'muted',
    sortAs: id,
    text: placed(view, text, values),
    full: [{ title: id, text: placed(view, written, values) }],
  })
  const experiment = runs.columns.get('experiment')
  const experimentOf = (place: number): string => (experiment?.kind === 'word' ? (experiment.words[experiment.codes[place] ?? -1] ?? '') : '')
  return [
    column('experiment', 'experiment', 140, experimentOf, experiment),
    column('tags', 'tags', 120, (place) => runs.tags(place).join(', '), runs.columns.get('tags')),
    column('created', 'started', 96, (place) => startedText(created.values[place] ?? NaN, view.now), created, (place) => isoTime(created.values[place])),
    column('duration', 'duration', 84, (place) => durationText(lasted.values[place] ?? NaN), lasted, (place) => full(numberAt(lasted, place))),
    column('status', 'status', 88, (place) => STATUS_WORDS[runs.status(place)], runs.columns.get('status')),
  ]
}
