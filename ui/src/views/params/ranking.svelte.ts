/** Which params hang together most with the colour: what to add as an axis next. Asked for only when somebody looks. */
import { Resource } from '../../app/resource.svelte'
import { fetchRuns, type RunsTable } from '../../core/runs-table'
import { buildAxis } from '../../plot/axes/axis'
import { importance, type Importance } from '../../plot/axes/rank'
import { plotColumns } from '../../app/axes/columns'

interface Question {
  readonly q: string
  /** The column that gives the colour; empty where groups do. */
  readonly colour: string
}

export class Ranking {
  /** True once somebody looks. */
  asked = $state(false)
  readonly #table: Resource<RunsTable>
  readonly #question: () => Question
  /** By param: how it hangs together with the colour among the matched runs. */
  readonly importances = $derived.by((): ReadonlyMap<string, Importance> => {
    const table = this.#table.data
    const { colour } = this.#question()
    const columns = table ? plotColumns(table) : new Map()
    if (!columns.has(colour)) return new Map()
    const axis = (key: string): ReturnType<typeof buildAxis> =>
      buildAxis({ key, title: key, note: '', goal: null, flipped: false, scale: null, column: columns.get(key)! })
    const byColour = axis(colour)
    const params = table!.meta.columns.filter(({ kind, name }) => kind === 'param' && name !== colour)
    return new Map(params.map(({ name }) => [name, importance(axis(name), byColour)]))
  })

  constructor(question: () => Question) {
    this.#question = question
    this.#table = new Resource((signal) => {
      const { q, colour } = question()
      return this.asked && colour !== '' ? fetchRuns(q, ['varying', colour], signal) : null
    })
  }
}
