/** What is known of runs beside their lines: names, params, tags, for tooltips and the table. */
import { wordAt } from '../../core/arrow'
import { paramNumberFormat } from '../../core/format'
import { shortParam } from '../../core/run-columns'
import type { RunsTable } from '../../core/runs-table'

export interface Fact {
  readonly key: string
  readonly text: string
}

export class RunFacts {
  readonly #table: RunsTable | undefined
  readonly #writeParam: ReadonlyMap<string, (value: number) => string>
  readonly #varying: readonly string[]

  constructor(table: RunsTable | undefined) {
    this.#table = table
    this.#varying = (table?.meta.columns ?? []).filter((column) => column.varying).map(({ name }) => name)
    const columns = [...(table?.columns ?? [])]
    this.#writeParam = new Map(columns.map(([name, values]) => [name, paramNumberFormat(values.kind === 'number' ? values.values : [])]))
  }

  /** Params that vary among the runs. */
  get varying(): readonly string[] {
    return this.#varying
  }

  /** The id, while the name has not arrived. */
  name(run: string): string {
    const row = this.#row(run)
    return row === undefined ? run : this.#table!.name(row)
  }

  tags(run: string): string[] {
    const row = this.#row(run)
    return row === undefined ? [] : this.#table!.tags(row)
  }

  experiment(run: string): string | null {
    return this.of(run, ['experiment'])[0]?.text ?? null
  }

  params(run: string): Fact[] {
    return this.of(run, this.#varying)
  }

  /** Params that vary among the runs and are in no key, as words: `dropout, seed 0`. */
  note(run: string, keys: readonly string[]): string {
    const used = new Set(keys)
    return this.params(run)
      .filter(({ key }) => !used.has(key))
      .map(({ key, text }) => (/^[\d.−]/.test(text) ? `${shortParam(key)} ${text}` : text))
      .sort((a, b) => a.split(' ').length - b.split(' ').length)
      .join(', ')
  }

  /** What the table of runs says of a run in these columns. */
  of(run: string, columns: readonly string[]): Fact[] {
    const row = this.#row(run)
    if (row === undefined) return []
    return columns.flatMap((name) => {
      const values = this.#table!.columns.get(name)
      if (!values) return []
      const value = values.kind === 'number' ? values.values[row] : wordAt(values, row)
      if (value === null || value === undefined || Number.isNaN(value)) return []
      if (typeof value === 'number') return [{ key: name, text: this.#writeParam.get(name)!(value) }]
      return [{ key: name, text: value === 'true' || value === 'false' ? `${shortParam(name)} ${value}` : value }]
    })
  }

  #row(run: string): number | undefined {
    return this.#table?.rowOf.get(run)
  }
}
