/** What the Params page asks the server for: names to pick from, the axes to start with, the runs of the axes. */
import { live } from '../../app/live.svelte'
import { Resource } from '../../app/resource.svelte'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import { Suggestion } from '../../app/axes/suggestion.svelte'

interface Wanted {
  readonly q: string
  /** Entries chosen by hand; none = choose for the reader. */
  readonly axes: readonly string[]
  /** Columns needed beside the axes. */
  readonly extra: readonly string[]
}

export class ParamsSource {
  readonly runs: Resource<RunsTable>
  readonly #suggestion: Suggestion
  readonly #wanted: () => Wanted
  // Read one by one: the address changes with every brush, these seldom.
  readonly #q = $derived.by(() => this.#wanted().q)
  readonly #chosen = $derived.by(() => this.#wanted().axes)
  /** Axes to draw, left to right; null while they are still being chosen. */
  readonly entries = $derived.by(() => (this.#chosen.length > 0 ? this.#chosen : this.#suggestion.entries))
  readonly #extra = $derived.by(() => this.#wanted().extra)
  /** The same set in another order is the same question. */
  readonly #columns = $derived(
    this.entries === null ? null : JSON.stringify([...new Set([...this.entries, ...this.#extra])].sort()),
  )

  constructor(wanted: () => Wanted) {
    this.#wanted = wanted
    this.#suggestion = new Suggestion(() => this.#chosen.length === 0)
    this.runs = new Resource(
      (signal) => (this.#columns === null ? null : fetchRuns(this.#q, JSON.parse(this.#columns) as string[], signal)),
      () => live.generation,
    )
  }

  get pickers(): Resource<Pickers> {
    return this.#suggestion.pickers
  }

  get error(): Error | null {
    return this.runs.error ?? this.#suggestion.error
  }
}
