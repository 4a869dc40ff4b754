/** Sparklines of the rows in sight, one request for all of them. */
import { live } from '../../app/live.svelte'
import { fetchLines } from '../../core/lines'
import { idsExpression } from '../../core/open-in'
import { parseMetricExpression } from '../../core/run-columns'
import { contextJson, selectorText } from '../../core/selector'
import { sparkOf, type Spark } from '../../core/sparks'

/** Scrolling through rows asks for those on which it comes to rest. */
const SETTLE_MS = 120
const POINTS = 40

export class Sparks {
  /** By series and run; null for a run without the series. */
  #known = $state.raw<ReadonlyMap<string, Spark | null>>(new Map())
  failed = $state.raw<Error | null>(null)
  #wanted: { metrics: readonly string[]; ids: readonly string[]; deleted: boolean } = { metrics: [], ids: [], deleted: false }
  #generation = -1
  #timer = 0
  #abort: AbortController | null = null

  of(metric: string, id: string): Spark | null {
    return this.#known.get(keyOf(metric, id)) ?? null
  }

  /** Says what is in sight. Call it in an effect, so that new data is asked for as well. */
  want(metrics: readonly string[], ids: readonly string[], { deleted }: { deleted: boolean }): void {
    this.#wanted = { metrics, ids, deleted }
    void live.generation
    clearTimeout(this.#timer)
    if (metrics.length && ids.length) this.#timer = window.setTimeout(() => void this.#fetch(), SETTLE_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#abort?.abort()
  }

  async #fetch(): Promise<void> {
    const { metrics, ids, deleted } = this.#wanted
    const generation = live.generation
    const fresh = generation === this.#generation
    const missing = fresh ? ids.filter((id) => metrics.some((metric) => !this.#known.has(keyOf(metric, id)))) : ids
    if (!missing.length) return
    this.#abort?.abort()
    const abort = (this.#abort = new AbortController())
    try {
      // Whether archived or not: they are asked for by name.
      const q = `${idsExpression(missing)} and (run.archived or not run.archived)`
      const selectors = [...new Set(metrics.flatMap((id) => parseMetricExpression(id) ?? []).map(selectorText))]
      const { rows } = await fetchLines({ q, m: selectors, points: POINTS, deleted: deleted || null }, abort.signal)
      const next = new Map(fresh ? this.#known : [])
      for (const metric of metrics) for (const id of missing) next.set(keyOf(metric, id), null)
      for (const row of rows) if (row.run) next.set(`${row.name}${row.context} ${row.run}`, sparkOf(row.x, row.y))
      this.#known = next
      this.#generation = generation
      this.failed = null
    } catch (error) {
      if (!abort.signal.aborted) this.failed = error instanceof Error ? error : new Error(String(error))
    }
  }
}

/** The reducer of a column does not matter: all of them draw one series. */
function keyOf(expression: string, id: string): string {
  const metric = parseMetricExpression(expression)
  return metric ? `${metric.name}${contextJson(metric.context)} ${id}` : ''
}
