/** What the Params page asks the server for: names to pick from, the axes to start with, the runs of the axes. */
import { live } from '../../app/live.svelte'
import { Resource } from '../../app/resource.svelte'
import { api } from '../../core/api'
import { parseMetricExpression } from '../../core/run-columns'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import { defaultMetrics, defaultParams, metricCandidates } from './axes'
import { plotColumns } from './columns'

interface Wanted {
  readonly q: string
  /** Entries chosen by hand; none = choose for the reader. */
  readonly axes: readonly string[]
}

export class ParamsSource {
  readonly pickers: Resource<Pickers>
  readonly runs: Resource<RunsTable>
  readonly #compared: Resource<RunsTable>
  readonly #wanted: () => Wanted
  // Read one by one: the address changes with every brush, these seldom.
  readonly #q = $derived.by(() => this.#wanted().q)
  readonly #chosen = $derived.by(() => this.#wanted().axes)
  /** As text, so that pickers that say the same again change nothing. */
  readonly #candidates = $derived.by(() => {
    if (this.#chosen.length > 0 || !this.pickers.data) return '[]'
    return JSON.stringify(metricCandidates(this.pickers.data.metrics))
  })
  readonly #defaults = $derived.by(() => {
    const pickers = this.pickers.data
    const candidates = JSON.parse(this.#candidates) as string[]
    if (!pickers || (candidates.length > 0 && !this.#compared.data)) return null
    const columns = this.#compared.data ? plotColumns(this.#compared.data) : new Map()
    const name = parseMetricExpression(candidates[0] ?? '')?.name
    const goal = pickers.metrics.find((metric) => metric.name === name)?.goal ?? 'max'
    return [...defaultParams(pickers.params), ...defaultMetrics(candidates, columns, goal)]
  })
  /** Axes to draw, left to right; null while they are still being chosen. */
  readonly entries = $derived.by(() => (this.#chosen.length > 0 ? this.#chosen : this.#defaults))
  /** The same set in another order is the same question. */
  readonly #columns = $derived(this.entries === null ? null : JSON.stringify([...new Set(this.entries)].sort()))

  constructor(wanted: () => Wanted) {
    this.#wanted = wanted
    this.pickers = new Resource(
      (signal) => api.pickers(signal),
      () => live.generation,
    )
    this.#compared = new Resource((signal) => {
      const candidates = JSON.parse(this.#candidates) as string[]
      return candidates.length > 0 ? fetchRuns('', candidates, signal) : null
    })
    this.runs = new Resource(
      (signal) => (this.#columns === null ? null : fetchRuns(this.#q, JSON.parse(this.#columns) as string[], signal)),
      () => live.generation,
    )
  }

  get error(): Error | null {
    return this.runs.error ?? this.#compared.error ?? this.pickers.error
  }
}
