/** Runs that differ in one param alone, a seed above all, as one line: the median of each axis with its ends. */
import type { Column, LabelColumn, NumberColumn, Spread } from '../../plot/axes/axis'

/**
 * Rows that agree in all columns, in the order of their first row.
 *
 * Args: columns: what has to agree; absent values agree with each other.
 */
export function groupRows(columns: readonly Column[], rows: readonly number[]): number[][] {
  const groups = new Map<string, number[]>()
  for (const row of rows) {
    const key = columns.map((column) => keyAt(column, row)).join('\u0000')
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()]
}

function keyAt(column: Column, row: number): string {
  if (column.type !== 'number') return String(column.codes[row])
  return column.absent[row] ? '' : String(column.numbers[row])
}

export interface FoldedColumn {
  readonly column: Column
  readonly spread: Spread | null
}

/** Median and ends of each group; of words the most frequent, of several equally frequent the first. */
export function foldColumn(column: Column, groups: readonly (readonly number[])[]): FoldedColumn {
  return column.type === 'number' ? foldNumbers(column, groups) : { column: foldLabels(column, groups), spread: null }
}

function foldNumbers(column: NumberColumn, groups: readonly (readonly number[])[]): FoldedColumn {
  const numbers = new Float64Array(groups.length).fill(NaN)
  const low = numbers.slice()
  const high = numbers.slice()
  const absent = new Uint8Array(groups.length)
  groups.forEach((rows, group) => {
    const finite = Float64Array.from(rows, (row) => column.numbers[row]!).filter(Number.isFinite).sort()
    if (finite.length === 0) {
      // Without a finite value, what is there is shown: NaN and ±∞ are told from nothing.
      const first = rows.find((row) => !column.absent[row])
      absent[group] = first === undefined ? 1 : 0
      if (first !== undefined) numbers[group] = column.numbers[first]!
      return
    }
    const last = finite.length - 1
    numbers[group] = (finite[last >> 1]! + finite[(last + 1) >> 1]!) / 2
    low[group] = finite[0]!
    high[group] = finite[last]!
  })
  return { column: { type: 'number', numbers, absent }, spread: { low, high } }
}

function foldLabels(column: LabelColumn, groups: readonly (readonly number[])[]): LabelColumn {
  const codes = Int32Array.from(groups, (rows) => {
    const counts = new Map<number, number>()
    for (const row of rows) counts.set(column.codes[row]!, (counts.get(column.codes[row]!) ?? 0) + 1)
    return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0]
  })
  return { ...column, codes }
}
