/** The axes that a page of runs starts with, found by asking how much the contexts of the main metric differ. */
import { live } from '../live.svelte'
import { Resource } from '../resource.svelte'
import { api } from '../../core/api'
import { parseMetricExpression } from '../../core/run-columns'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import { defaultMetrics, defaultParams, metricCandidates } from './axes'
import { plotColumns } from './columns'

export class Suggestion {
  readonly pickers: Resource<Pickers>
  readonly #compared: Resource<RunsTable>
  readonly #wanted: () => boolean
  /** As text, so that pickers that say the same again change nothing. */
  readonly #candidates = $derived.by(() => {
    if (!this.#wanted() || !this.pickers.data) return '[]'
    return JSON.stringify(metricCandidates(this.pickers.data.metrics))
  })
  /** Params, then metrics, the one that people know last; null while they are still being found. */
  readonly entries = $derived.by(() => {
    const pickers = this.pickers.data
    const candidates = JSON.parse(this.#candidates) as string[]
    if (!pickers || (candidates.length > 0 && !this.#compared.data)) return null
    const columns = this.#compared.data ? plotColumns(this.#compared.data) : new Map()
    const name = parseMetricExpression(candidates[0] ?? '')?.name
    const goal = pickers.metrics.find((metric) => metric.name === name)?.goal ?? 'max'
    return [...defaultParams(pickers.params), ...defaultMetrics(candidates, columns, goal)]
  })

  /** Args: wanted: whether metrics are to be compared; params are suggested in any case. */
  constructor(wanted: () => boolean) {
    this.#wanted = wanted
    this.pickers = new Resource(
      (signal) => api.pickers(signal),
      () => live.generation,
    )
    this.#compared = new Resource((signal) => {
      const candidates = JSON.parse(this.#candidates) as string[]
      return candidates.length > 0 ? fetchRuns('', candidates, signal) : null
    })
  }

  get error(): Error | null {
    return this.#compared.error ?? this.pickers.error
  }
}
