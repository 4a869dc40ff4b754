/** What the Scatter page asks the server for. */
import { live } from '../../app/live.svelte'
import { Resource } from '../../app/resource.svelte'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import { Suggestion } from '../../app/axes/suggestion.svelte'
import { type Chosen, chosenAxes, columnsOf } from './axes'
import type { ScatterState } from './state'

export class ScatterSource {
  readonly runs: Resource<RunsTable>
  readonly #suggestion: Suggestion
  readonly #state: ScatterState
  /** Null while the axes are still being chosen. */
  readonly chosen = $derived.by((): Chosen | null => {
    const suggested = this.#suggestion.entries
    return suggested && chosenAxes(this.#state, suggested)
  })
  /** As text: another order of the same columns, or another colour among them, asks for nothing new. */
  readonly #columns = $derived(this.chosen && JSON.stringify(columnsOf(this.chosen).sort()))

  constructor(state: ScatterState) {
    this.#state = state
    this.#suggestion = new Suggestion(() => state.x === '' || state.y === '')
    this.runs = new Resource(
      (signal) => (this.#columns === null ? null : fetchRuns(state.q, JSON.parse(this.#columns) as string[], signal)),
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
