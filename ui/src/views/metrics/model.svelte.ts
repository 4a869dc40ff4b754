/** What the Metrics page knows: its address, the answers of the server, and the charts made of them. */
import { hover } from '../../app/hover.svelte'
import { live } from '../../app/live.svelte'
import { PageState } from '../../app/page-state.svelte'
import { Resource } from '../../app/resource.svelte'
import { theme } from '../../app/theme.svelte'
import { api, ApiError, getBytes, queryString } from '../../core/api'
import { decode } from '../../core/codec'
import { readLines, type LinesAnswer } from '../../core/lines'
import { fetchRuns } from '../../core/runs-table'
import { METRICS } from '../../core/view-state'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Figure } from '../../plot/export/figure'
import type { EndWords, Line } from '../../plot/lines/types'
import type { PaintSize } from '../../plot/painter'
import { gridOf } from './grid'
import { metricsPicture, type PictureChart } from './picture'
import { axesOf } from './ranges'
import { parseSettings, withSettings, type ChartSettings } from './chart-settings'
import { ownQueries, withOwn } from './own'
import { moved, ordered } from './order'
import { foldedParams, keysText } from './keys'
import { legendItems } from './legend'
import { coloringOf } from './colors'
import { activeKeys, linesQuery, wantedLines, type Channel } from './request'
import { Pointing } from './pointing.svelte'
import { RunFacts } from './run-facts'
import { buildScene, type Scene } from './scene'
import { buildTree } from './table'
import { Zooms } from './zooms'

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
  readonly about = $derived(new RunFacts(this.runs.data))
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
    const { about, keys } = this
    // Params that have columns need not stand beside the name too.
    const note = this.state.tp === 'none' ? (run: string): string => about.note(run, keys) : (): string => ''
    return buildTree(this.lines.data, this.scene, { run: (run) => about.name(run), note })
  })
  /** Params that folding merges, by their short names. */
  readonly merged = $derived(foldedParams(this.about.varying, this.keys))
  readonly ends = $derived<EndWords>(this.state.ends ? 'values' : this.state.labels ? 'names' : 'none')
  readonly pins = $derived(new Set(this.state.pin))
  /** Lines that the charts lift: pinned ones, and those of selected runs. */
  readonly lifted = $derived(this.selected.size ? new Set([...this.state.pin, ...this.selected]) : this.pins)
  /** What the charts in view took to draw, in ms of script. */
  drawnMs = $state(0)
  readonly pointing = new Pointing(this.page)
  readonly zooms = new Zooms(this)
  readonly #drawnMs = new Map<string, number>()

  /** What a line is called: its group when it folds runs, else its run, with what else tells it from others. */
  lineName(line: Line): string {
    if (line.run === null) return line.label || 'all runs'
    const run = this.about.name(line.run)
    return line.label === '' || line.label === run ? run : `${run} ${line.label}`
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
    this.zooms.forget()
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

  /** Settings of one chart; null takes one away. */
  setChart(chart: string, patch: { [K in keyof ChartSettings]: ChartSettings[K] | null }): void {
    this.page.set({ cs: withSettings(this.state.cs, chart, patch) })
  }

  /** Moves a chart to another place among all. */
  moveChart(chart: string, to: number): void {
    const ids = (this.scene?.facets ?? []).map(({ id }) => id)
    this.page.set({ order: moved(ids, chart, to) })
  }

  /** Changes what x means, which makes a range of it void. */
  align(x: string): void {
    this.zooms.forget()
    hover.x = null
    const cs = [...this.settings.keys()].reduce((texts, chart) => withSettings(texts, chart, { x: null }), this.state.cs)
    this.page.set({ x, xmin: null, xmax: null, cs, at: [] })
  }

  clear(): boolean {
    if (this.pointing.held) {
      this.pointing.release()
      return true
    }
    if (this.selected.size) {
      this.selected = new Set()
      return true
    }
    const had = hover.x !== null || this.state.pin.length > 0 || this.state.only !== ''
    this.pointing.clear()
    if (this.state.pin.length) this.page.set({ pin: [] })
    else if (this.state.only) this.page.set({ only: '' })
    return had
  }

  /** What colours and dashes stand for. */
  get legendTitle(): string {
    return keysText([...this.colorKeys, ...this.strokeKeys], 'Lines')
  }

  /** The charts in other colours: paper is light, whatever the screen. */
  picture({ legend, tokens, ...size }: PaintSize & { readonly legend: boolean; readonly tokens: ThemeTokens }): Figure {
    const { curve, only, cols, hide } = this.state
    const scene = this.#build(tokens)
    const facets = scene?.facets ?? []
    const alone = facets.some(({ id }) => id === only)
    const charts = facets.flatMap((facet, at): PictureChart[] => {
      const axes = this.axes[at]?.axes
      if (!axes || (alone && facet.id !== only)) return []
      const title = [facet.title, ...facet.keys.map(({ name, value }) => `${name} = ${value}`)]
      return [{ scene: { lines: facet.lines, axes, curve, ends: this.ends }, title }]
    })
    const items = scene ? legendItems(scene, null, new Set(hide)).filter(({ hidden }) => !hidden) : []
    const { columns } = gridOf(charts.length, size.width, size.height, cols)
    return metricsPicture(charts, columns, size, tokens, legend ? { title: this.legendTitle, items } : null)
  }

  #build(tokens: ThemeTokens): Scene | null {
    const answer = this.lines.data
    if (!answer) return null
    const scene = buildScene(answer, {
      tokens,
      fold: this.state.fold,
      traces: this.state.tr,
      hidden: new Set(this.state.hide),
      runName: (run) => this.about.name(run),
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
