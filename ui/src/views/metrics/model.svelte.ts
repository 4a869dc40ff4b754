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
import { readLines, type LinesAnswer } from '../../core/lines'
import { shortParam } from '../../core/run-columns'
import { fetchRuns } from '../../core/runs-table'
import { METRICS, type MetricsState } from '../../core/view-state'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Figure } from '../../plot/export/figure'
import type { EndWords, Highlight, Line, PointerAt, Zoom } from '../../plot/lines/types'
import type { PaintSize } from '../../plot/painter'
import { gridOf } from './grid'
import { metricsPicture, type PictureChart } from './picture'
import { axesOf } from './ranges'
import { parseSettings, withSettings, type ChartSettings } from './chart-settings'
import { ownQueries, withOwn } from './own'
import { moved, ordered } from './order'
import { foldedParams } from './keys'
import { coloringOf } from './colors'
import { activeKeys, linesQuery, wantedLines, type Channel } from './request'
import { buildScene, type Facet, type Scene } from './scene'
import { buildTree } from './table'

export interface Tip {
  readonly facet: Facet
  readonly line: Line
  readonly at: PointerAt
  readonly clientX: number
  readonly clientY: number
}

/** The point that a click holds. */
export interface Held {
  readonly chart: string
  readonly line: string
  readonly x: number
}

type Range = Pick<MetricsState, 'xmin' | 'xmax' | 'ymin' | 'ymax'> & Partial<Pick<MetricsState, 'cs'>>
const NO_ZOOM: Range = { xmin: null, xmax: null, ymin: null, ymax: null }

export class MetricsModel {
  readonly page = new PageState(METRICS)
  readonly state = this.page.state
  readonly pickers = new Resource(
    (signal) => api.pickers(signal),
    () => live.generation,
  )
  /** Runs whose rows are checked in the table. */
  selected = $state.raw<ReadonlySet<string>>(new Set())
  /** Whether the runs of closed groups are needed, as for selecting them. */
  listing = $state(false)
  readonly wanted = $derived(wantedLines(this.state, this.listing))
  readonly #query = $derived(queryString(linesQuery(this.state, this.wanted)))
  /** The questions of the charts that have a smoothing or a range of x of their own; as text, which stays the same. */
  readonly #ownQueries = $derived(JSON.stringify(ownQueries(this.state, this.#query, this.wanted)))
  readonly lines = new Resource(
    (signal) => this.#ask(signal),
    () => live.generation,
  )
  /** As text, which stays the same when columns that need nothing more are hidden or shown. */
  readonly #runColumns = $derived(
    JSON.stringify([
      this.state.tp === 'all' ? 'params' : 'varying',
      ...new Set([...this.state.tip, ...this.state.tcols].filter((key) => key.startsWith('run'))),
    ]),
  )
  /** Names and params of the runs, for tooltips and the table. */
  readonly runs = new Resource(
    (signal) => fetchRuns(this.state.q, JSON.parse(this.#runColumns) as string[], signal),
    () => live.generation,
  )
  /** Keys of the channels that are switched on. */
  readonly colorKeys = $derived(activeKeys(this.state, 'c'))
  readonly strokeKeys = $derived(activeKeys(this.state, 's'))
  readonly chartKeys = $derived(activeKeys(this.state, 'ch'))
  readonly keys = $derived([...this.colorKeys, ...this.strokeKeys, ...this.chartKeys])
  readonly coloring = $derived(coloringOf(this.state))
  readonly settings = $derived(parseSettings(this.state.cs))
  readonly scene = $derived.by(() => this.#build(theme.tokens))
  readonly axes = $derived.by(() => (this.scene && this.lines.data ? axesOf(this.scene.facets, this.state, this.lines.data.meta, this.settings) : []))
  readonly tree = $derived.by(() => {
    if (!this.scene || !this.lines.data) return null
    // Params that have columns need not stand beside the name too.
    const note = this.state.tp === 'none' ? (run: string): string => this.note(run) : (): string => ''
    return buildTree(this.lines.data, this.scene, { run: this.runName, note })
  })
  /** Params that folding merges, by their short names. */
  readonly merged = $derived.by(() => {
    const varying = (this.runs.data?.meta.columns ?? []).filter((column) => column.varying).map(({ name }) => name)
    return foldedParams(varying, this.keys)
  })
  readonly ends = $derived<EndWords>(this.state.ends ? 'values' : this.state.labels ? 'names' : 'none')
  readonly pins = $derived(new Set(this.state.pin))
  /** Lines that the charts lift: pinned ones, and those of selected runs. */
  readonly lifted = $derived(this.selected.size ? new Set([...this.state.pin, ...this.selected]) : this.pins)
  /** The point that is held: hover waits until it is let go. */
  readonly held = $derived.by<Held | null>(() => {
    const [chart, line, x] = this.state.at
    return chart === undefined || line === undefined || x === undefined ? null : { chart, line, x: Number(x) }
  })
  readonly highlight = $derived.by<Highlight | null>(() => {
    if (this.state.hl === 'off' || (hover.run === null && hover.series === null)) return null
    const line = this.state.hl === 'series' ? (this.tip?.line.id ?? null) : null
    return { line, run: hover.run, group: hover.series }
  })
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

  /** What a line is called: its group when it folds runs, else its run, with what else tells it from others. */
  lineName(line: Line): string {
    if (line.run === null) return line.label || 'all runs'
    const run = this.runName(line.run)
    return line.label === '' || line.label === run ? run : `${run} ${line.label}`
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

  /** Params that vary among the runs. */
  params(run: string): { key: string; text: string }[] {
    const varying = (this.runs.data?.meta.columns ?? []).filter((column) => column.varying).map(({ name }) => name)
    return this.facts(run, varying)
  }

  experimentOf(run: string): string | null {
    return this.facts(run, ['experiment'])[0]?.text ?? null
  }

  tagsOf(run: string): string[] {
    const table = this.runs.data
    const row = table?.rowOf.get(run)
    return table && row !== undefined ? table.tags(row) : []
  }

  /** What the table of runs says of a run in these columns. */
  facts(run: string, columns: readonly string[]): { key: string; text: string }[] {
    const table = this.runs.data
    const row = table?.rowOf.get(run)
    if (!table || row === undefined) return []
    return columns.flatMap((name) => {
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
    if (this.held) return
    this.#show(facet, at, box)
  }

  /** Holds the crosshair and the tooltip at a point, so that the pointer can reach what the tooltip offers. */
  hold(facet: Facet, at: PointerAt, box: DOMRect): void {
    if (!at.line) return
    this.#show(facet, at, box)
    this.page.set({ at: [facet.id, at.line.id, String(at.x)] })
  }

  /** Shows the tooltip of the held point where it stands, when the page opens with one or has changed its size. */
  showHeld(facet: Facet, at: PointerAt, box: DOMRect): void {
    this.#show(facet, at, box)
  }

  /** Lets the held point go, and makes what comes of it one step with that. */
  release(patch: Partial<MetricsState> = {}): void {
    this.page.set({ ...patch, at: [] })
    this.tip = null
    hover.clear()
  }

  #show(facet: Facet, at: PointerAt | null, box: DOMRect): void {
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

  /** The metric selector that the server cannot read. */
  get wrongSelector(): string | null {
    const { error } = this.lines
    return error instanceof ApiError && error.fault?.parameter === 'm' ? error.fault.text : null
  }

  /** New keys of a channel switch it on. */
  setKeys(channel: Channel, keys: string[]): void {
    const off = this.state.off.filter((other) => other !== channel)
    this.page.set({ [channel]: keys, off, ...(channel === 'ch' ? { only: '' } : {}) })
  }

  toggleChannel(channel: Channel): void {
    const { off } = this.state
    const next = off.includes(channel) ? off.filter((other) => other !== channel) : [...off, channel]
    this.page.set({ off: next, ...(channel === 'ch' ? { only: '' } : {}) })
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

  /** Whether a group lists its runs; `*` stands for all, and a key then for all but it. */
  isOpen(key: string): boolean {
    return this.state.open.includes('*') !== this.state.open.includes(key)
  }

  get zoomed(): boolean {
    const { xmin, xmax, ymin, ymax } = this.state
    return [xmin, xmax, ymin, ymax].some((end) => end !== null) || [...this.settings.values()].some((own) => own.x ?? own.y)
  }

  /** Settings of one chart; null takes one away. */
  setChart(chart: string, patch: { [K in keyof ChartSettings]: ChartSettings[K] | null }): void {
    this.page.set({ cs: withSettings(this.state.cs, chart, patch) })
  }

  /** Moves a chart to another place among all. */
  moveChart(chart: string, to: number): void {
    const ids = (this.scene?.facets ?? []).map(({ id }) => id)
    this.page.set({ order: moved(ids, chart, to) })
  }

  /** A zoom of one chart, or of all as they share their axes. */
  zoomIn(facet: Facet, zoom: Zoom): void {
    if (this.state.zx === 'all') return this.zoom(zoom)
    const whole = this.axes[0]?.axes.xWhole
    const { xmin, xmax, ymin, ymax, cs } = this.state
    this.#zooms.push({ xmin, xmax, ymin, ymax, cs })
    const { x, y } = zoom
    this.setChart(facet.id, {
      ...(x ? { x: whole ? [Math.floor(x[0]), Math.ceil(x[1])] : [short(x[0], x), short(x[1], x)] } : {}),
      ...(y ? { y: [short(y[0], y), short(y[1], y)] } : {}),
    })
  }

  /** All charts whole again. */
  unzoom(): void {
    this.#zooms = []
    const cs = [...this.settings.keys()].reduce((texts, chart) => withSettings(texts, chart, { x: null, y: null }), this.state.cs)
    this.page.set({ ...NO_ZOOM, cs })
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
    if (!this.zoomed) return
    const before = this.#zooms.pop()
    if (before) this.page.set(before)
    else this.unzoom()
  }

  /** Changes what x means, which makes a range of it void. */
  align(x: string): void {
    this.#zooms = []
    hover.x = null
    const cs = [...this.settings.keys()].reduce((texts, chart) => withSettings(texts, chart, { x: null }), this.state.cs)
    this.page.set({ x, xmin: null, xmax: null, cs, at: [] })
  }

  clear(): boolean {
    if (this.held) {
      this.release()
      return true
    }
    if (this.selected.size) {
      this.selected = new Set()
      return true
    }
    const had = hover.x !== null || this.state.pin.length > 0 || this.state.only !== ''
    hover.clear()
    this.tip = null
    if (this.state.pin.length) this.page.set({ pin: [] })
    else if (this.state.only) this.page.set({ only: '' })
    return had
  }

  /** The charts in other colours: paper is light, whatever the screen. */
  picture(size: PaintSize, tokens: ThemeTokens): Figure {
    const { curve, only, cols } = this.state
    const facets = this.#build(tokens)?.facets ?? []
    const alone = facets.some(({ id }) => id === only)
    const charts = facets.flatMap((facet, at): PictureChart[] => {
      const axes = this.axes[at]?.axes
      if (!axes || (alone && facet.id !== only)) return []
      const title = [facet.title, ...facet.keys.map(({ name, value }) => `${name} = ${value}`)]
      return [{ scene: { lines: facet.lines, axes, curve, ends: this.ends }, title }]
    })
    return metricsPicture(charts, gridOf(charts.length, size.width, size.height, cols).columns, size, tokens)
  }

  #build(tokens: ThemeTokens): Scene | null {
    const answer = this.lines.data
    if (!answer) return null
    const scene = buildScene(answer, {
      tokens,
      fold: this.state.fold,
      traces: this.state.tr,
      hidden: new Set(this.state.hide),
      runName: this.runName,
      colored: this.colorKeys.length > 0 || this.strokeKeys.length > 0,
      coloring: this.coloring,
    })
    return this.state.order.length ? { ...scene, facets: ordered(scene.facets, this.state.order) } : scene
  }

  #ask(signal: AbortSignal): Promise<LinesAnswer> | null {
    if (this.state.m.length === 0) return null
    const ask = (query: string): Promise<LinesAnswer> => getBytes(`/api/lines.arrow${query}`, signal).then(readLines)
    const own = JSON.parse(this.#ownQueries) as [chart: string, query: string][]
    const queries = [...new Set([this.#query, ...own.map(([, query]) => query)])]
    return Promise.all(queries.map(ask)).then((answers) => {
      const byQuery = new Map(queries.map((query, at) => [query, answers[at]!]))
      return withOwn(answers[0]!, new Map(own.map(([chart, query]) => [chart, byQuery.get(query)!])))
    })
  }
}

/** Ends of a dragged range with as many digits as matter, for a short address. */
function short(value: number, [low, high]: readonly [number, number]): number {
  const digits = Math.max(0, Math.min(12, 3 - Math.floor(Math.log10(high - low))))
  return Number(value.toFixed(digits))
}
