import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortRows, type SortKey, type Values } from './sort'

/** The slow obvious version: a comparator over row numbers, rows without a value last, ties by position. */
function obvious(rows: number[], keys: readonly SortKey[]): number[] {
  const collator = new Intl.Collator('en', { numeric: true })
  const valueOf = (values: Values, row: number): number | string | null => {
    if (values.kind === 'number') return Number.isNaN(values.values[row]) ? null : (values.values[row] ?? null)
    return values.words[values.codes[row] ?? -1] ?? null
  }
  const compare = (a: number | string, b: number | string): number =>
    typeof a === 'string' ? collator.compare(a, String(b)) || (a < b ? -1 : a > b ? 1 : 0) : a - Number(b)
  return rows
    .map((row, place) => ({ row, place }))
    .sort((a, b) => {
      for (const { values, descending } of keys) {
        const [left, right] = [valueOf(values, a.row), valueOf(values, b.row)]
        if (left === null || right === null) {
          if (left !== right) return left === null ? 1 : -1
          continue
        }
        const order = compare(left, right)
        if (order && Number.isFinite(order)) return descending ? -order : order
        if (order) return (order > 0 ? 1 : -1) * (descending ? -1 : 1)
      }
      return a.place - b.place
    })
    .map(({ row }) => row)
}

const ROWS = 40
const numbers = fc
  .array(fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 1, -1, Infinity, -Infinity)), { minLength: ROWS, maxLength: ROWS })
  .map((list): Values => ({ kind: 'number', values: Float64Array.from(list) }))
const words = fc
  .array(fc.integer({ min: -1, max: 3 }), { minLength: ROWS, maxLength: ROWS })
  .map((codes): Values => ({ kind: 'word', codes: Int32Array.from(codes), words: ['run-10', 'run-9', 'Adam', 'adam'] }))
const key = fc.record({ values: fc.oneof(numbers, words), descending: fc.boolean() })

describe('sortRows', () => {
  it('orders as a comparator would, for any keys', () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 3 }), (keys) => {
        const rows = Uint32Array.from({ length: ROWS }, (_, row) => (row * 7) % ROWS)
        expect([...sortRows(rows, keys)]).toEqual(obvious([...rows], keys))
      }),
    )
  })
  it('leaves the rows it was given alone', () => {
    const rows = Uint32Array.of(2, 0, 1)
    sortRows(rows, [{ values: { kind: 'number', values: Float64Array.of(3, 1, 2) }, descending: false }])
    expect([...rows]).toEqual([2, 0, 1])
  })
  it('puts rows without a value last in both directions', () => {
    const values: Values = { kind: 'number', values: Float64Array.of(Number.NaN, 2, 1) }
    const rows = Uint32Array.of(0, 1, 2)
    expect([...sortRows(rows, [{ values, descending: false }])]).toEqual([2, 1, 0])
    expect([...sortRows(rows, [{ values, descending: true }])]).toEqual([1, 2, 0])
  })
})
