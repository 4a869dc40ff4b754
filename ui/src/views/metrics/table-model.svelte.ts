/** What the table below the charts shows. All of it follows from the address, the lines and the cursor. */
import { untrack } from 'svelte'
import type { GridColumn, GridGroups } from '../../components/grid'
import { arranged, reordered, type ArrangementPatch } from '../../core/grid-arrange'
import { added } from '../../core/grid-select'
import { paramViews } from '../../core/runs-view'
import type { SortKey, Values } from '../../core/sort'
import { arrangementOf, tablePatch } from '../../core/table-state'
import { Cursor } from './cursor.svelte'
import { keysText } from './keys'
import type { MetricsModel } from './model.svelte'
import type { Facet } from './scene'
import { bestPlace, type Row } from './table'
import { AT, BEST, BEST_AT, tableColumns, type Cells } from './table-columns'
import { finder, memberPlaces, membersOf, orderedRows, placedValues, runPlaces, tableRows, wordValues } from './table-rows'

const BANDS = { minmax: 'min – max', std: '± std', stderr: '± stderr', ci95: '95 % t', quartiles: 'quartiles', none: '' }
/** Room for a value, its band and a scale. */
const FACET_PX = 236
const NAME_PX = 400
const NAME_WIDTH = [220, 360] as const
/** On a phone the first column leaves room for the values. */
const PHONE_PX = 700
const PHONE_NAME_WIDTH = [120, 150] as const

export class TableModel {
  readonly cursor: Cursor
  readonly #model: MetricsModel
  readonly #cells: Cells
  width = $state(0)

  readonly view = $derived.by(() => arrangementOf(this.#model.state))
  readonly table = $derived.by(() => (this.#model.tree ? tableRows(this.#model.tree) : tableRows({ groups: [], grouped: false, merged: false })))
  readonly facets = $derived.by(() => this.#model.scene?.facets ?? [])
  readonly #runs = $derived.by(() => this.#model.runs.data)
  readonly params = $derived(this.#runs ? paramViews(this.#runs) : [])
  readonly #places = $derived(runPlaces(this.table, this.#runs))
  readonly #members = $derived(memberPlaces(this.table, this.#places))
  /** Ids of the runs of groups that were looked at. */
  readonly #ids = $derived.by(() => {
    void this.table
    return new Map<number, string[]>()
  })
  readonly now = $derived.by(() => {
    void this.#runs
    return Date.now() / 1000
  })
  readonly #roomy = $derived(this.width === 0 || this.width - NAME_PX >= this.facets.length * FACET_PX || this.facets.length === 1)

  readonly all = $derived.by((): GridColumn[] => {
    const { state, colorKeys, strokeKeys } = this.#model
    const varying = new Set((this.#runs?.meta.columns ?? []).filter((column) => column.varying).map(({ name }) => name))
    const merged = this.#model.tree?.merged ?? false
    return tableColumns({
      table: this.table,
      facets: this.facets,
      axes: this.#model.axes,
      read: (line) => this.cursor.read(line),
      goalOf: (facet) => this.goalOf(facet),
      merged,
      reducer: merged ? state.line : '',
      band: BANDS[state.band],
      nameTitle: this.table.grouped ? keysText([...colorKeys, ...strokeKeys], 'group') : 'run',
      nameWidth: this.width > PHONE_PX || this.width === 0 ? NAME_WIDTH : PHONE_NAME_WIDTH,
      scales: this.#roomy,
      runs: this.#runs,
      params: this.params,
      shown: ({ id }) => state.tp === 'all' || (state.tp === 'varying' && varying.has(id)),
      places: this.#places,
      members: this.#members,
      now: this.now,
      cells: this.#cells,
    })
  })
  readonly columns = $derived(arranged(this.all, this.view))
  readonly #found = $derived.by(() => finder(this.table, this.#places, this.#runs, this.#model.state.tfind))
  readonly #keys = $derived(
    this.view.sort.flatMap((key): SortKey[] => {
      const values = this.#valuesOf(key.replace(/^-/, ''))
      return values ? [{ values, descending: key.startsWith('-') }] : []
    }),
  )
  /** Numbers of the rows, in the order shown. */
  readonly rows = $derived(
    orderedRows(this.table, {
      keys: this.#keys,
      isOpen: (key) => this.#model.isOpen(key),
      isPinned: (row) => this.#model.pins.has(row.run ?? row.key),
      found: this.#found,
    }),
  )

  readonly groups: GridGroups = {
    members: (row) => (this.row(row).run === null ? this.#idsOf(row) : null),
    headOf: (row) => this.table.headOf[row]!,
    isOpen: (row) => this.#model.isOpen(this.row(row).key),
    toggle: (row) => this.#model.toggleOpen(this.row(row).key),
    ask: (row) => {
      this.#awaited.add(this.row(row).key)
      this.#model.listing = true
    },
  }
  /** Groups that are to be selected as soon as their runs are known. */
  readonly #awaited = new Set<string>()

  constructor(model: MetricsModel, cells: Cells) {
    this.#model = model
    this.#cells = cells
    this.cursor = new Cursor(model)
    $effect(() => {
      if (model.selected.size === 0) untrack(() => (model.listing = this.#awaited.size > 0))
    })
    $effect(() => {
      const { table } = this
      untrack(() => {
        for (const { head, runs } of table.groups)
          if (runs.length && this.#awaited.delete(table.rows[head]!.key)) model.selected = added(model.selected, membersOf(table, head))
      })
    })
  }

  row(row: number): Row {
    return this.table.rows[row]!
  }

  rowId(row: number): string {
    const { run, key } = this.row(row)
    return run ?? key
  }

  set(patch: ArrangementPatch): void {
    this.#model.page.set(tablePatch(patch))
  }

  reorder(blocks: readonly string[]): void {
    this.set(reordered(this.all, this.view, blocks))
  }

  goalOf(facet: Facet): 'min' | 'max' {
    return this.#model.pickers.data?.metrics.find(({ name }) => name === facet.metric)?.goal ?? 'max'
  }

  #idsOf(row: number): string[] {
    let ids = this.#ids.get(row)
    if (!ids) this.#ids.set(row, (ids = membersOf(this.table, row)))
    return ids
  }

  /** What rows are sorted by, by the id of a column. */
  #valuesOf(id: string): Values | null {
    const { rows } = this.table
    const numbers = (value: (row: Row) => number | undefined): Values => ({ kind: 'number', values: Float64Array.from(rows, (row) => value(row) ?? NaN) })
    const ofFacet = (prefix: string, value: (row: Row, at: number) => number | undefined): Values | null => {
      const at = this.facets.findIndex((facet) => facet.id === id.slice(prefix.length))
      return at < 0 ? null : numbers((row) => value(row, at))
    }
    if (id === 'name') return wordValues(rows.map(({ label }) => label))
    if (id === 'n') return numbers((row) => row.runs)
    if (id.startsWith(AT)) return ofFacet(AT, (row, at) => this.cursor.readSettled(row.lines[at] ?? null)?.y)
    if (id.startsWith(BEST)) return ofFacet(BEST, (row, at) => this.#best(row, at)?.y)
    if (id.startsWith(BEST_AT)) return ofFacet(BEST_AT, (row, at) => this.#best(row, at)?.x)
    const values = this.params.find((param) => param.id === id)?.values ?? this.#runs?.columns.get(id)
    return values ? placedValues(values, this.#places, this.#members) : null
  }

  #best(row: Row, at: number): { x: number; y: number } | null {
    const facet = this.facets[at]
    return facet ? bestPlace(row.lines[at] ?? null, this.goalOf(facet)) : null
  }
}
