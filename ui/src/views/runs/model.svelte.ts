/** What the Runs page shows: which runs, which columns, grouped and sorted how. All of it follows from the address. */
import { live } from '../../app/live.svelte'
import { PageState } from '../../app/page-state.svelte'
import { Resource } from '../../app/resource.svelte'
import { api } from '../../core/api'
import { defaultMetricColumns } from '../../core/default-metrics'
import { parseMetricExpression } from '../../core/run-columns'
import { groupRows, orderGroups, statistics, type Grouping } from '../../core/runs-groups'
import { shelfQuery } from '../../core/runs-query'
import { searchRows } from '../../core/runs-search'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import { durations, metricViews, NOTE, numbersOf, orderRows, paramViews, runFacts, sortKeys } from '../../core/runs-view'
import type { NumberValues, Values, WordValues } from '../../core/sort'
import { RUNS } from '../../core/view-state'
import type { Pickers } from '../../core/wire'
import type { Patch } from './arrange'

/** Stands in `group` for all params that vary, and before a column for all but that one. */
const ALL = '*'
const ALL_BUT = '*-'
/** Columns of every run that may make groups. */
export const PROPERTIES = ['experiment', 'status', 'tags'] as const
/** Shorter words are found in every third id. */
const ID_FROM = 8
const SEARCHED = ['name', 'experiment', 'status', 'tags']

export class RunsModel {
  readonly page = new PageState(RUNS)
  readonly view = this.page.state
  readonly pickers = new Resource<Pickers>((signal) => api.pickers(signal), () => live.generation)
  /** Column expressions of metrics, in the order asked for. */
  readonly metrics = $derived.by(() => {
    const auto = this.pickers.data ? defaultMetricColumns(this.pickers.data) : []
    return this.view.add.flatMap((column) => (column === 'auto' ? auto : [column]))
  })
  /** One string, so that a refreshed picker with the same metrics asks nothing again. */
  readonly #asked = $derived.by(() => {
    if (!this.pickers.data) return null
    const params = { varying: ['varying'], all: ['params'], none: [] }[this.view.cols]
    // Those that vary come with the others; one that does not among the matched runs makes no groups.
    const constant = (key: string): boolean => !this.pickers.data?.params.some(({ expression, distinct }) => expression === key && distinct > 1)
    const keys = this.view.group.filter((key) => key.startsWith('run') && (this.view.cols === 'none' || constant(key)))
    const all = this.view.group.some((key) => key.startsWith(ALL)) ? ['varying'] : []
    const shown = this.metrics.filter((id) => !this.view.hide.includes(id))
    // Sorted by a metric that is not shown.
    const sorted = this.view.sort.map((key) => key.replace(/^-/, '')).filter((id) => parseMetricExpression(id))
    const note = this.view.hide.includes('note') || this.view.sort.some((key) => key.endsWith('note')) ? [NOTE] : []
    return JSON.stringify([...new Set([...params, ...all, ...shown, ...keys, ...sorted, ...note])])
  })
  readonly query = $derived(shelfQuery(this.view.q, this.view.show))
  readonly runs = new Resource<RunsTable>(
    (signal) =>
      this.#asked === null
        ? null
        : fetchRuns(this.query, JSON.parse(this.#asked) as string[], signal, { deleted: this.view.show === 'deleted' }),
    () => live.generation,
  )
  readonly table = $derived(this.runs.data)

  selected = $state.raw<ReadonlySet<string>>(new Set())
  readonly facts = $derived(this.table ? runFacts(this.table, { deleted: this.view.show === 'deleted' }) : null)
  /** Data row of the baseline. */
  readonly baseline = $derived.by(() => {
    const table = this.table
    if (!table || this.view.base === 'none') return null
    if (this.view.base) return table.rowOf.get(this.view.base) ?? null
    const tags = table.columns.get('tags')
    const marked = tags?.kind === 'word' && tags.words.some((words) => words.includes('"baseline"'))
    if (marked) for (let row = 0; row < table.length; row += 1) if (table.tags(row).includes('baseline')) return row
    return null
  })

  readonly now = $derived.by(() => {
    void this.table
    return Date.now() / 1000
  })
  readonly params = $derived(this.table ? paramViews(this.table) : [])
  readonly measures = $derived(
    this.table && this.pickers.data ? metricViews(this.table, this.metrics, this.pickers.data.metrics, this.view.goal) : [],
  )
  readonly created = $derived<NumberValues>({ kind: 'number', values: this.table ? numbersOf(this.table, 'created') : new Float64Array() })
  readonly ended = $derived<NumberValues>({ kind: 'number', values: this.table ? numbersOf(this.table, 'ended') : new Float64Array() })
  readonly lasted = $derived<NumberValues>(this.table ? durations(this.table, this.now) : { kind: 'number', values: new Float64Array() })
  /** All that rows can be sorted by, by column id. */
  readonly sortable = $derived.by(() => {
    const fixed = ['name', 'id', 'status', 'experiment', 'tags', 'note'].flatMap((id): [string, Values][] => {
      const values = this.table?.columns.get(id === 'note' ? NOTE : id)
      return values ? [[id, values]] : []
    })
    const shown = [...this.params, ...this.measures].map(({ id, values }): [string, Values] => [id, values])
    const unseen = [...(this.table?.columns ?? [])].filter(([id]) => parseMetricExpression(id))
    return new Map<string, Values>([...unseen, ...fixed, ...shown, ['created', this.created], ['ended', this.ended], ['duration', this.lasted]])
  })

  /** Columns whose values make groups. */
  readonly groupKeys = $derived.by(() => {
    const spread = this.view.group.flatMap((key) => {
      if (!key.startsWith(ALL)) return [key]
      const but = key === ALL ? [] : this.view.group.filter((item) => item.startsWith(ALL_BUT)).map((item) => item.slice(ALL_BUT.length))
      return (this.table?.meta.columns ?? []).filter(({ name, kind, varying }) => kind === 'param' && varying && !but.includes(name)).map(({ name }) => name)
    })
    return [...new Set(spread)].filter((key) => this.sortable.has(key))
  })
  readonly grouped = $derived(this.groupKeys.length > 0)
  readonly #sorted = $derived(
    this.table ? orderRows(this.table, this.sortable, this.view.sort, this.grouped ? null : this.baseline) : new Uint32Array(),
  )
  /** Runs in the order shown, without those that the search leaves out. */
  readonly found = $derived.by(() => {
    if (!this.view.find.trim()) return this.#sorted
    const searched = [...SEARCHED, NOTE, ...(this.view.find.length >= ID_FROM ? ['id'] : [])]
    const columns = searched.flatMap((id) => this.table?.columns.get(id) ?? [])
    const words = [...columns, ...this.params.map(({ values }) => values)].filter((values): values is WordValues => values.kind === 'word')
    return searchRows(this.#sorted, words, this.view.find)
  })
  readonly grouping = $derived.by((): Grouping | null => {
    const table = this.table
    if (!table || !this.grouped) return null
    return groupRows(this.found, this.groupKeys.flatMap((key) => this.sortable.get(key) ?? []), table.length)
  })
  readonly stats = $derived(this.grouping && statistics(this.grouping))
  /** Rows of the grid: runs by their row, group g as the row after the last run plus g. */
  readonly rows = $derived.by(() => {
    const { table, grouping, stats } = this
    if (!table || !grouping || !stats) return this.found
    const order = orderGroups(grouping, sortKeys(this.sortable, this.view.sort), this.view.agg, stats)
    const rows: number[] = []
    for (const at of order) {
      rows.push(table.length + at)
      if (this.isOpen(at)) for (const row of grouping.groups[at]?.rows ?? []) rows.push(row)
    }
    return Uint32Array.from(rows)
  })

  isOpen(group: number): boolean {
    const key = this.grouping?.groups[group]?.key ?? ''
    return this.view.open.includes('*') !== this.view.open.includes(key)
  }

  /** The group of a grid row that heads one; null for a run. */
  groupAt(row: number): number | null {
    return this.table && row >= this.table.length ? row - this.table.length : null
  }

  set(patch: Patch): void {
    this.page.set(patch)
  }
}
