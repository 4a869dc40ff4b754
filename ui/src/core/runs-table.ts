/** The runs that match an expression, as columns. */
import { getBytes, queryString } from './api'
import { columnNames, columnValues, decodeArrow, wordAt } from './arrow'
import type { NumberValues, Values, WordValues } from './sort'
import type { RunsMeta, RunStatus } from './wire'

export interface RunsTable {
  length: number
  meta: RunsMeta
  id: (row: number) => string
  name: (row: number) => string
  status: (row: number) => RunStatus
  tags: (row: number) => string[]
  /** Row of each run id. */
  rowOf: Map<string, number>
  /** All columns by name: the fixed ones (`id`, `name`, `status`, `created` …) and the ones asked for. */
  columns: Map<string, Values>
}

/** Args: columns: expressions, or `varying` or `params` for all params of that kind. */
export async function fetchRuns(
  q: string,
  columns: readonly string[],
  signal?: AbortSignal,
  { deleted = false }: { deleted?: boolean } = {},
): Promise<RunsTable> {
  return readRuns(await getBytes(`/api/runs.arrow${queryString({ q, columns, deleted: deleted || null })}`, signal))
}

export function readRuns(bytes: Uint8Array): RunsTable {
  const { table, meta } = decodeArrow<RunsMeta>(bytes)
  const columns = new Map<string, Values>()
  columnNames(table).forEach((name, at) => columns.set(name, columnValues(table.getChildAt(at))))
  const word = (name: string): WordValues => {
    const values = columns.get(name)
    if (values?.kind !== 'word') throw new Error(`The table of runs has no column '${name}' of words.`)
    return values
  }
  const [id, name, status, tags] = [word('id'), word('name'), word('status'), word('tags')]
  const tagLists = tags.words.map((text) => JSON.parse(text) as string[])
  const rowOf = new Map<string, number>()
  for (let row = 0; row < table.numRows; row += 1) rowOf.set(wordAt(id, row) ?? '', row)
  return {
    length: table.numRows,
    meta,
    id: (row) => wordAt(id, row) ?? '',
    name: (row) => wordAt(name, row) ?? '',
    status: (row) => (wordAt(status, row) ?? 'lost') as RunStatus,
    tags: (row) => tagLists[tags.codes[row] ?? -1] ?? [],
    rowOf,
    columns,
  }
}

/** Lowest and highest finite value; null when there is none. */
export function extent({ values }: NumberValues): [number, number] | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : null
}
