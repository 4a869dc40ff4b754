/** Runs with the same values of some columns as one row, with statistics of all others. */
import { formatInColumn } from './format'
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
  let codes: Codes = { codes: new Int32Array(length), count: 1 }
  for (const key of keys) codes = refined(codes, codesOf(key, rows, length), rows)
  const members = bucketed(rows, codes)
  const firsts = Uint32Array.from(members, (own) => own[0] as number)
  const ordered = sortRows(firsts, keys.map((values) => ({ values, descending: false })))
  const groupOf = new Int32Array(length).fill(-1)
  const groups = Array.from(ordered, (first, at): RunGroup => {
    const own = members[codes.codes[first] as number] as Uint32Array
    for (const row of own) groupOf[row] = at
    return { key: JSON.stringify(keys.map((values) => valueAt(values, first))), rows: own }
  })
  return { groups, groupOf }
}

/** A small number for each row: rows with the same one belong together. */
interface Codes {
  readonly codes: Int32Array
  readonly count: number
}

function codesOf(values: Values, rows: Uint32Array, length: number): Codes {
  const codes = new Int32Array(length)
  if (values.kind === 'word') {
    for (const row of rows) codes[row] = (values.codes[row] as number) + 1
    return { codes, count: values.words.length + 1 }
  }
  const seen = new Map<number, number>()
  for (const row of rows) {
    const value = values.values[row] as number
    // 0 stands for no value.
    let code = Number.isNaN(value) ? 0 : seen.get(value)
    if (code === undefined) seen.set(value, (code = seen.size + 1))
    codes[row] = code
  }
  return { codes, count: seen.size + 1 }
}

/** Tells rows of one code apart by `more`; codes count from 0 in the order in which the rows bring them. */
function refined(before: Codes, more: Codes, rows: Uint32Array): Codes {
  const codes = new Int32Array(before.codes.length)
  const seen = new Map<number, number>()
  for (const row of rows) {
    const pair = (before.codes[row] as number) * more.count + (more.codes[row] as number)
    let code = seen.get(pair)
    if (code === undefined) seen.set(pair, (code = seen.size))
    codes[row] = code
  }
  return { codes, count: seen.size }
}

/** The rows of each code, in their order. */
function bucketed(rows: Uint32Array, { codes, count }: Codes): Uint32Array[] {
  const sizes = new Uint32Array(count)
  for (const row of rows) sizes[codes[row] as number] = (sizes[codes[row] as number] as number) + 1
  const buckets = Array.from(sizes, (size) => new Uint32Array(size))
  const filled = new Uint32Array(count)
  for (const row of rows) {
    const code = codes[row] as number
    const place = filled[code] as number
    ;(buckets[code] as Uint32Array)[place] = row
    filled[code] = place + 1
  }
  return buckets
}

function valueAt(values: Values, row: number): string | number | null {
  if (values.kind === 'word') return values.words[values.codes[row] ?? -1] ?? null
  const value = values.values[row] ?? Number.NaN
  return Number.isFinite(value) ? value : Number.isNaN(value) ? null : String(value)
}

/** Null when no value is finite. The median, which takes a sort, is worked out when it is asked for. */
export function statsOf({ values }: NumberValues, rows: Uint32Array): Stats | null {
  let [n, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const row of rows) {
    const value = values[row] as number
    if (!Number.isFinite(value)) continue
    n += 1
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  if (!n) return null
  const mean = sum / n
  let squares = 0
  for (const row of rows) if (Number.isFinite(values[row])) squares += ((values[row] as number) - mean) ** 2
  return {
    n,
    mean,
    std: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN,
    min,
    max,
    get median() {
      return medianOf(values, rows)
    },
  }
}

function medianOf(values: Float64Array, rows: Uint32Array): number {
  const own = Float64Array.from(rows, (row) => values[row] as number).filter(Number.isFinite).sort()
  const half = own.length >> 1
  return own.length % 2 ? (own[half] as number) : ((own[half - 1] as number) + (own[half] as number)) / 2
}

/** `.842 ± .012`, `.842`, `.80 – .87`. */
export function aggregateText(stats: Stats | null, how: Aggregate, decimals: number): string {
  if (!stats) return ''
  const text = (value: number): string => formatInColumn(value, decimals)
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

export type StatsOf = (values: NumberValues, group: number) => Stats | null

/** Statistics of the groups, each worked out once, when it is first looked at. */
export function statistics({ groups }: Grouping): StatsOf {
  const known = new Map<NumberValues, (Stats | null)[]>()
  return (values, group) => {
    let own = known.get(values)
    if (!own) known.set(values, (own = []))
    const rows = groups[group]?.rows
    if (own[group] === undefined) own[group] = rows ? statsOf(values, rows) : null
    return own[group] ?? null
  }
}

/** Groups by the sort keys: numbers by their aggregate, words where all rows of a group share one. */
export function orderGroups({ groups }: Grouping, keys: readonly SortKey[], how: Aggregate, stats: StatsOf): Uint32Array {
  const own = keys.map(({ values, descending }): SortKey => {
    if (values.kind === 'number') {
      const aggregates = Float64Array.from(groups, (_, at) => aggregateValue(stats(values, at), how, descending))
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

interface Written {
  readonly values?: Values
  readonly text: (row: number) => string
}

/** What rows have in common: their one value, how many words there are, or from which number to which. */
export function membersText({ values, text }: Written, rows: Uint32Array): string {
  if (!values) return ''
  const shared = sharedRow(values, rows)
  if (shared !== null) return text(shared)
  if (values.kind === 'word') return `${new Set(Array.from(rows, (row) => values.codes[row])).size} different`
  return spanText(text, values, rows)
}

/** What was set spreads from … to …; a mean of learning rates says nothing. */
function spanText(text: (row: number) => string, { values }: NumberValues, rows: Uint32Array): string {
  let [low, high] = [-1, -1]
  for (const row of rows) {
    const value = values[row] as number
    if (!Number.isFinite(value)) continue
    if (low < 0 || value < (values[low] as number)) low = row
    if (high < 0 || value > (values[high] as number)) high = row
  }
  if (low < 0) return ''
  const [from, to] = [text(low), text(high)]
  return from === to ? from : `${from} – ${to}`
}
