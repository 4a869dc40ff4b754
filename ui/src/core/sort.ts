/**
 * Stable sort of row numbers by typed columns.
 *
 * A radix sort over 16-bit digits: 100 000 rows take some 10 ms, a comparator over an index array ten times that.
 * Rows without a value come last in both directions.
 */

export interface NumberValues {
  kind: 'number'
  /** NaN stands for no value, or for a NaN that was recorded where `nan` is 1. Both come last. */
  values: Float64Array
  nan?: Uint8Array | null
}

export interface WordValues {
  kind: 'word'
  /** Index into `words`; −1 stands for no value. */
  codes: Int32Array
  words: readonly string[]
}

export type Values = NumberValues | WordValues

export interface SortKey {
  values: Values
  descending: boolean
}

const DIGIT_BITS = 16
const BUCKETS = 1 << DIGIT_BITS

/** The rows in order of the keys, the first key first. `rows` is left as it is. */
export function sortRows(rows: Uint32Array, keys: readonly SortKey[]): Uint32Array {
  let order: Uint32Array = rows.slice()
  for (const key of [...keys].reverse()) order = sortByKey(order, key)
  return order
}

function sortByKey(rows: Uint32Array, key: SortKey): Uint32Array {
  const { present, missing } = splitMissing(rows, key.values)
  const words = key.values.kind === 'number' ? floatKeys(key.values, key.descending) : wordKeys(key.values, key.descending)
  let order: Uint32Array = present
  for (const word of words) for (const shift of [0, DIGIT_BITS]) order = countingPass(order, word, shift)
  const result = new Uint32Array(rows.length)
  result.set(order)
  result.set(missing, order.length)
  return result
}

function splitMissing(rows: Uint32Array, values: Values): { present: Uint32Array; missing: Uint32Array } {
  const isMissing =
    values.kind === 'number'
      ? (row: number): boolean => Number.isNaN(values.values[row])
      : (row: number): boolean => (values.codes[row] ?? -1) < 0
  const present = rows.filter((row) => !isMissing(row))
  return { present, missing: present.length === rows.length ? new Uint32Array() : rows.filter(isMissing) }
}

/** IEEE doubles as two unsigned words, low first, whose order is the order of the numbers. */
function floatKeys({ values }: NumberValues, descending: boolean): Uint32Array[] {
  const bits = new Uint32Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength))
  const low = new Uint32Array(values.length)
  const high = new Uint32Array(values.length)
  for (let row = 0; row < values.length; row += 1) {
    // Adding +0 turns −0 into +0: they are equal and must tie.
    if (values[row] === 0) bits[2 * row] = bits[2 * row + 1] = 0
    const negative = (bits[2 * row + 1] ?? 0) >>> 31 === 1
    let lowWord = bits[2 * row] ?? 0
    let highWord = bits[2 * row + 1] ?? 0
    if (negative) [lowWord, highWord] = [~lowWord, ~highWord]
    else highWord ^= 0x8000_0000
    low[row] = descending ? ~lowWord : lowWord
    high[row] = descending ? ~highWord : highWord
  }
  return [low, high]
}

/** Order of each list of words: comparing a hundred thousand names takes longer than all the rest. */
const ranks = new WeakMap<readonly string[], Uint32Array>()

function wordRanks(words: readonly string[]): Uint32Array {
  const known = ranks.get(words)
  if (known) return known
  const collator = new Intl.Collator('en', { numeric: true })
  const byText = words.map((_, code) => code).sort((a, b) => collator.compare(words[a] ?? '', words[b] ?? '') || a - b)
  const rank = new Uint32Array(words.length)
  byText.forEach((code, position) => (rank[code] = position))
  ranks.set(words, rank)
  return rank
}

function wordKeys({ codes, words }: WordValues, descending: boolean): Uint32Array[] {
  const rank = wordRanks(words)
  return [Uint32Array.from(codes, (code) => (code < 0 ? 0 : descending ? ~(rank[code] ?? 0) : (rank[code] ?? 0)))]
}

function countingPass(rows: Uint32Array, keys: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(BUCKETS + 1)
  for (const row of rows) {
    const bucket = (((keys[row] ?? 0) >>> shift) & (BUCKETS - 1)) + 1
    starts[bucket] = (starts[bucket] ?? 0) + 1
  }
  for (let bucket = 1; bucket <= BUCKETS; bucket += 1) {
    if (starts[bucket] === rows.length) return rows
    starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0)
  }
  const result = new Uint32Array(rows.length)
  for (const row of rows) {
    const bucket = ((keys[row] ?? 0) >>> shift) & (BUCKETS - 1)
    const place = starts[bucket] ?? 0
    result[place] = row
    starts[bucket] = place + 1
  }
  return result
}
