/** Runs with the same values of some columns as one row, with statistics of all others. */
import { formatFixed } from './format'
import { sortRows, type NumberValues, type SortKey, type Values } from './sort'

export type Aggregate = 'mean' | 'median' | 'range'

export interface RunGroup {
  /** The values that all its runs share, as JSON; it names the group in the address. */
  readonly key: string
  readonly rows: Uint32Array
}

export interface Grouping {
  readonly groups: readonly RunGroup[]
  /** The group of each row; −1 for rows in none. */
  readonly groupOf: Int32Array
}

/** Statistics of the finite values; the standard deviation is that of a sample, NaN for a single value. */
export interface Stats {
  readonly n: number
  readonly mean: number
  readonly std: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Groups in the order of their values, rows within in the order given. */
export function groupRows(rows: Uint32Array, keys: readonly Values[], length: number): Grouping {
  const codes = new Int32Array(length)
  for (const key of keys) refine(codes, rows, codesOf(key, rows))
  const members = new Map<number, number[]>()
  for (const row of rows) {
    const list = members.get(codes[row] as number)
    if (list) list.push(row)
    else members.set(codes[row] as number, [row])
  }
  const firsts = Uint32Array.from(members.values(), (list) => list[0] as number)
  const ordered = sortRows(firsts, keys.map((values) => ({ values, descending: false })))
  const groupOf = new Int32Array(length).fill(-1)
  const groups = Array.from(ordered, (first, at): RunGroup => {
    const own = members.get(codes[first] as number) ?? []
    for (const row of own) groupOf[row] = at
    return { key: JSON.stringify(keys.map((values) => valueAt(values, first))), rows: Uint32Array.from(own) }
  })
  return { groups, groupOf }
}

function codesOf(values: Values, rows: Uint32Array): Int32Array {
  if (values.kind === 'word') return values.codes
  const seen = new Map<number, number>()
  const codes = new Int32Array(values.values.length).fill(-1)
  for (const row of rows) {
    const value = values.values[row] as number
    if (Number.isNaN(value)) continue
    let code = seen.get(value)
    if (code === undefined) seen.set(value, (code = seen.size))
    codes[row] = code
  }
  return codes
}

/** Tells rows of one code apart by `more`. */
function refine(codes: Int32Array, rows: Uint32Array, more: Int32Array): void {
  const seen = new Map<number, number>()
  // A pair as one number: up to 2^26 of either, exact in a double.
  for (const row of rows) {
    const pair = (codes[row] as number) * 2 ** 26 + (more[row] as number) + 1
    let code = seen.get(pair)
    if (code === undefined) seen.set(pair, (code = seen.size))
    codes[row] = code
  }
}

function valueAt(values: Values, row: number): string | number | null {
  if (values.kind === 'word') return values.words[values.codes[row] ?? -1] ?? null
  const value = values.values[row] ?? Number.NaN
  return Number.isFinite(value) ? value : Number.isNaN(value) ? null : String(value)
}

/** Null when no value is finite. */
export function statsOf({ values }: NumberValues, rows: Uint32Array): Stats | null {
  const finite = Float64Array.from(rows, (row) => values[row] ?? Number.NaN).filter(Number.isFinite).sort()
  const n = finite.length
  if (!n) return null
  const mean = finite.reduce((sum, value) => sum + value, 0) / n
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const half = n >> 1
  const middle = finite[half] as number
  return {
    n,
    mean,
    std: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN,
    median: n % 2 ? middle : ((finite[half - 1] as number) + middle) / 2,
    min: finite[0] as number,
    max: finite[n - 1] as number,
  }
}

/** `.842 ± .012`, `.842`, `.80 – .87`. */
export function aggregateText(stats: Stats | null, how: Aggregate, decimals: number): string {
  if (!stats) return ''
  const text = (value: number): string => formatFixed(value, decimals)
  if (how === 'median') return text(stats.median)
  if (how === 'range') return stats.min === stats.max ? text(stats.min) : `${text(stats.min)} – ${text(stats.max)}`
  return Number.isNaN(stats.std) ? text(stats.mean) : `${text(stats.mean)} ± ${text(stats.std)}`
}

/** What a group is sorted by: of a range the end that a search looks at. */
export function aggregateValue(stats: Stats | null, how: Aggregate, descending: boolean): number {
  if (!stats) return Number.NaN
  return how === 'mean' ? stats.mean : how === 'median' ? stats.median : descending ? stats.max : stats.min
}

/** The word or number that all rows share; null when they differ. */
export function sharedRow(values: Values, rows: Uint32Array): number | null {
  const first = rows[0]
  if (first === undefined) return null
  const same =
    values.kind === 'word'
      ? (row: number): boolean => values.codes[row] === values.codes[first]
      : (row: number): boolean => Object.is(values.values[row], values.values[first])
  return rows.every(same) ? first : null
}

/** Groups by the sort keys: numbers by their aggregate, words where all rows of a group share one. */
export function orderGroups(groups: readonly RunGroup[], keys: readonly SortKey[], how: Aggregate): Uint32Array {
  const own = keys.map(({ values, descending }): SortKey => {
    if (values.kind === 'number') {
      const aggregates = Float64Array.from(groups, ({ rows }) => aggregateValue(statsOf(values, rows), how, descending))
      return { values: { kind: 'number', values: aggregates }, descending }
    }
    const codes = Int32Array.from(groups, ({ rows }) => {
      const row = sharedRow(values, rows)
      return row === null ? -1 : (values.codes[row] ?? -1)
    })
    return { values: { kind: 'word', codes, words: values.words }, descending }
  })
  return sortRows(Uint32Array.from(groups, (_, at) => at), own)
}
