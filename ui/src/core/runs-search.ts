/** Rows that have some words in some of their columns. */
import type { WordValues } from './sort'

/** Lower case of each list of words: as long as the table lives, typing on costs nothing more. */
const lowered = new WeakMap<readonly string[], string[]>()

function lowerCase(words: readonly string[]): string[] {
  let known = lowered.get(words)
  if (!known) lowered.set(words, (known = words.map((word) => word.toLowerCase())))
  return known
}

/** The rows, in their order, of which each word of `text` is part of a value of any column. */
export function searchRows(rows: Uint32Array, columns: readonly WordValues[], text: string): Uint32Array {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean)
  return terms.reduce((left, term) => withTerm(left, columns, term), rows)
}

function withTerm(rows: Uint32Array, columns: readonly WordValues[], term: string): Uint32Array {
  const found = columns.flatMap(({ codes, words }) => {
    const lower = lowerCase(words)
    const hits = new Uint8Array(lower.length)
    let some = false
    for (let code = 0; code < lower.length; code += 1)
      if (lower[code]?.includes(term)) {
        hits[code] = 1
        some = true
      }
    return some ? [{ codes, hits }] : []
  })
  const kept = new Uint32Array(rows.length)
  let count = 0
  for (const row of rows) {
    for (const { codes, hits } of found) {
      if (!hits[codes[row] as number]) continue
      kept[count] = row
      count += 1
      break
    }
  }
  return kept.subarray(0, count)
}
