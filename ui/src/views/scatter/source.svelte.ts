/** What the Scatter page asks the server for. */
import { Suggestion } from '../../app/axes/suggestion.svelte'
import type { Look } from '../../app/axes/scene-input'
import { live } from '../../app/live.svelte'
import { Resource } from '../../app/resource.svelte'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import { type Chosen, chosenAxes, columnsOf, lookOf } from './axes'
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
  readonly look = $derived.by((): Look | null => this.chosen && lookOf(this.#state, this.chosen))
  /** As text: another order of the same columns, or another colour among them, asks for nothing new. */
  readonly #columns = $derived(this.chosen && this.look && JSON.stringify(columnsOf(this.chosen, this.look).sort()))

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
