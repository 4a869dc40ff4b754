/** What the Metrics page knows: its address, the answers of the server, and the charts made of them. */
import { hover } from '../../app/hover.svelte'
import { live } from '../../app/live.svelte'
import { PageState } from '../../app/page-state.svelte'
import { Resource } from '../../app/resource.svelte'
import { theme } from '../../app/theme.svelte'
import { api, ApiError, getBytes, queryString } from '../../core/api'
import { wordAt } from '../../core/arrow'
import { decode } from '../../core/codec'
import { paramNumberFormat } from '../../core/format'
import { readLines } from '../../core/lines'
import { shortParam } from '../../core/run-columns'
import { fetchRuns } from '../../core/runs-table'
import { METRICS, type MetricsState } from '../../core/view-state'
import type { Highlight, Line, PointerAt, Zoom } from '../../plot/lines/types'
import { axesOf } from './ranges'
import { foldedParams } from './keys'
import { coloringOf } from './colors'
import { activeKeys, linesQuery, wantedLines, type Channel } from './request'
import { buildScene, type Facet } from './scene'
import { buildTree } from './table'

export interface Tip {
  readonly facet: Facet
  readonly line: Line
  readonly at: PointerAt
  readonly clientX: number
  readonly clientY: number
}

type Range = Pick<MetricsState, 'xmin' | 'xmax' | 'ymin' | 'ymax'>
const NO_ZOOM: Range = { xmin: null, xmax: null, ymin: null, ymax: null }

export class MetricsModel {
  readonly page = new PageState(METRICS)
  readonly state = this.page.state
  readonly pickers = new Resource(
    (signal) => api.pickers(signal),
    () => live.generation,
  )
  readonly #query = $derived(queryString(linesQuery(this.state, wantedLines(this.state))))
  readonly lines = new Resource(
    (signal) => this.#ask(signal),
    () => live.generation,
  )
  /** Names and varying params of the runs, for tooltips and the table. */
  readonly runs = new Resource(
    (signal) => fetchRuns(this.state.q, ['varying'], signal),
    () => live.generation,
  )
  /** Keys of the channels that are switched on. */
  readonly colorKeys = $derived(activeKeys(this.state, 'c'))
  readonly strokeKeys = $derived(activeKeys(this.state, 's'))
  readonly chartKeys = $derived(activeKeys(this.state, 'ch'))
  readonly keys = $derived([...this.colorKeys, ...this.strokeKeys, ...this.chartKeys])
  readonly coloring = $derived(coloringOf(this.state))
  readonly scene = $derived.by(() => {
    const answer = this.lines.data
    if (!answer) return null
    return buildScene(answer, {
      tokens: theme.tokens,
      fold: this.state.fold,
      traces: this.state.tr,
      hidden: new Set(this.state.hide),
      runName: this.runName,
      colored: this.colorKeys.length > 0 || this.strokeKeys.length > 0,
      coloring: this.coloring,
    })
  })
  readonly axes = $derived.by(() => (this.scene && this.lines.data ? axesOf(this.scene.facets, this.state, this.lines.data.meta) : []))
  readonly tree = $derived.by(() => {
    if (!this.scene || !this.lines.data) return null
    return buildTree(this.lines.data, this.scene, { run: this.runName, note: (run) => this.note(run) })
  })
  /** Params that folding merges, by their short names. */
  readonly merged = $derived.by(() => {
    const varying = (this.runs.data?.meta.columns ?? []).filter((column) => column.varying).map(({ name }) => name)
    return foldedParams(varying, this.keys)
  })
  readonly pins = $derived(new Set(this.state.pin))
  readonly highlight = $derived.by<Highlight | null>(() =>
    hover.run === null && hover.series === null ? null : { run: hover.run, group: hover.series },
  )
  tip = $state.raw<Tip | null>(null)
  /** What the charts in view took to draw, in ms of script. */
  drawnMs = $state(0)
  readonly #writeParam = $derived.by(() => {
    const columns = [...(this.runs.data?.columns ?? [])]
    return new Map(columns.map(([name, values]) => [name, paramNumberFormat(values.kind === 'number' ? values.values : [])]))
  })
  readonly #drawnMs = new Map<string, number>()
  #zooms: Range[] = []

  readonly runName = (run: string): string => {
    const table = this.runs.data
    const row = table?.rowOf.get(run)
    return table && row !== undefined ? table.name(row) : run
  }

  /** Params that vary among the runs and are in no key, as words: `dropout, seed 0`. */
  note(run: string): string {
    const used = new Set(this.keys)
    return this.params(run)
      .filter(({ key }) => !used.has(key))
      .map(({ key, text }) => (/^[\d.−]/.test(text) ? `${shortParam(key)} ${text}` : text))
      .sort((a, b) => a.split(' ').length - b.split(' ').length)
      .join(', ')
  }

  params(run: string): { key: string; text: string }[] {
    const table = this.runs.data
    const row = table?.rowOf.get(run)
    if (!table || row === undefined) return []
    return table.meta.columns.flatMap(({ name }) => {
      const values = table.columns.get(name)
      if (!values) return []
      const value = values.kind === 'number' ? values.values[row] : wordAt(values, row)
      if (value === null || value === undefined || Number.isNaN(value)) return []
      if (typeof value === 'number') return [{ key: name, text: this.#writeParam.get(name)!(value) }]
      return [{ key: name, text: value === 'true' || value === 'false' ? `${shortParam(name)} ${value}` : value }]
    })
  }

  /** The pointer is over a chart, or has left it. The cursor stays, so that the table can be read. */
  point(facet: Facet, at: PointerAt | null, box: DOMRect): void {
    hover.run = at?.line?.run ?? null
    hover.series = at?.line?.group ?? null
    if (at) hover.x = at.x
    const line = at?.line
    this.tip = at && line ? { facet, line, at, clientX: box.left + at.left, clientY: box.top + at.top } : null
  }

  drawn(facet: string, ms: number): void {
    this.#drawnMs.set(facet, ms)
    this.drawnMs = [...this.#drawnMs.values()].reduce((sum, each) => sum + each, 0)
  }

  /** A chart has left the view. */
  gone(facet: string): void {
    this.#drawnMs.delete(facet)
  }

  /** What the server says is wrong with a parameter of the question for lines; null when nothing is. */
  faultOf(parameter: string): string | null {
    const { error } = this.lines
    return error instanceof ApiError && error.fault?.parameter === parameter ? error.message : null
  }

  /** New keys of a channel switch it on. */
  setKeys(channel: Channel, keys: string[]): void {
    const off = this.state.off.filter((other) => other !== channel)
    this.page.set({ [channel]: keys, off, ...(channel === 'ch' ? { only: '' } : {}) })
  }

  toggleChannel(channel: Channel): void {
    const { off } = this.state
    this.page.set({ off: off.includes(channel) ? off.filter((other) => other !== channel) : [...off, channel] })
  }

  /** Everything but the question itself, as it is at first. */
  reset(): void {
    this.#zooms = []
    this.page.set({ ...decode(METRICS, ''), q: this.state.q, m: this.state.m })
  }

  togglePin(key: string): void {
    const pin = this.state.pin
    this.page.set({ pin: pin.includes(key) ? pin.filter((other) => other !== key) : [...pin, key] })
  }

  toggleHidden(key: string): void {
    const hide = this.state.hide
    this.page.set({ hide: hide.includes(key) ? hide.filter((other) => other !== key) : [...hide, key] })
  }

  toggleOpen(key: string): void {
    const open = this.state.open
    this.page.set({ open: open.includes(key) ? open.filter((other) => other !== key) : [...open, key] })
  }

  get zoomed(): boolean {
    const { xmin, xmax, ymin, ymax } = this.state
    return [xmin, xmax, ymin, ymax].some((end) => end !== null)
  }

  /** A range of y holds for all charts, so it is taken only where they share one or there is one. */
  zoom({ x, y }: Zoom): void {
    const one = this.state.yr === 'shared' || this.state.only !== '' || this.scene?.facets.length === 1
    if (!x && !(y && one)) return
    const { xmin, xmax, ymin, ymax } = this.state
    this.#zooms.push({ xmin, xmax, ymin, ymax })
    const whole = this.axes[0]?.axes.xWhole
    this.page.set({
      ...(x && whole ? { xmin: Math.floor(x[0]), xmax: Math.ceil(x[1]) } : {}),
      ...(x && !whole ? { xmin: short(x[0], x), xmax: short(x[1], x) } : {}),
      ...(y && one ? { ymin: short(y[0], y), ymax: short(y[1], y) } : {}),
    })
  }

  /** To the range before the last zoom; all, when the page was opened with a range. */
  back(): void {
    if (this.zoomed) this.page.set(this.#zooms.pop() ?? NO_ZOOM)
  }

  /** Changes what x means, which makes a range of it void. */
  align(x: string): void {
    this.#zooms = []
    hover.x = null
    this.page.set({ x, xmin: null, xmax: null })
  }

  clear(): boolean {
    const had = hover.x !== null || this.state.pin.length > 0 || this.state.only !== ''
    hover.clear()
    this.tip = null
    if (this.state.pin.length) this.page.set({ pin: [] })
    else if (this.state.only) this.page.set({ only: '' })
    return had
  }

  #ask(signal: AbortSignal): Promise<ReturnType<typeof readLines>> | null {
    return this.state.m.length ? getBytes(`/api/lines.arrow${this.#query}`, signal).then(readLines) : null
  }
}

/** Ends of a dragged range with as many digits as matter, for a short address. */
function short(value: number, [low, high]: readonly [number, number]): number {
  const digits = Math.max(0, Math.min(12, 3 - Math.floor(Math.log10(high - low))))
  return Number(value.toFixed(digits))
}
