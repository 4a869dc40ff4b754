/** Arrow answers as typed columns, ready to sort and to draw. */
import { tableFromIPC, type Column, type Table } from '@uwdata/flechette'
import type { NumberValues, Values, WordValues } from './sort'

const DICTIONARY = -1
const FLOATING = [2, 3]
const BOOL = 6

/** The table and the JSON that the server puts under `ridgeline` in the schema. */
export function decodeArrow<Meta>(bytes: Uint8Array): { table: Table; meta: Meta } {
  const table = tableFromIPC(bytes)
  const text = table.schema.metadata?.get('ridgeline')
  if (text === undefined) throw new Error('The Arrow answer carries no metadata. Are page and server of one version?')
  return { table, meta: JSON.parse(text) as Meta }
}

export function columnNames(table: Table): string[] {
  return table.schema.fields.map((field) => field.name)
}

/** A column as numbers or as words; booleans are the words `false` and `true`. */
export function columnValues(column: Column<unknown>): Values {
  const type: { typeId: number } = column.type
  if (FLOATING.includes(type.typeId)) return numbers(column)
  if (type.typeId === DICTIONARY) return dictionary(column)
  return words(column, type.typeId === BOOL)
}

function numbers(column: Column<unknown>): NumberValues {
  const direct = column.nullCount === 0 ? column.toArray() : null
  if (direct instanceof Float64Array) return { kind: 'number', values: direct, nan: nanMarks(direct) }
  const values = new Float64Array(column.length)
  let nan: Uint8Array | null = null
  for (let row = 0; row < column.length; row += 1) {
    const value = column.at(row)
    values[row] = value === null || value === undefined ? Number.NaN : Number(value)
    if (typeof value === 'number' && Number.isNaN(value)) (nan ??= new Uint8Array(column.length))[row] = 1
  }
  return { kind: 'number', values, nan }
}

function nanMarks(values: Float64Array): Uint8Array | null {
  let marks: Uint8Array | null = null
  for (let row = 0; row < values.length; row += 1)
    if (Number.isNaN(values[row])) (marks ??= new Uint8Array(values.length))[row] = 1
  return marks
}

interface DictionaryBatch {
  values: Int32Array
  dictionary: Iterable<unknown>
  isValid(row: number): boolean
}

function dictionary(column: Column<unknown>): WordValues {
  const batch = column.data[0] as unknown as DictionaryBatch | undefined
  if (column.data.length !== 1 || !batch) return words(column, false)
  const codes = Int32Array.from(batch.values.subarray(0, column.length))
  if (column.nullCount) for (let row = 0; row < column.length; row += 1) if (!batch.isValid(row)) codes[row] = -1
  return { kind: 'word', codes, words: [...batch.dictionary].map(String) }
}

function words(column: Column<unknown>, bool: boolean): WordValues {
  const seen = new Map<string, number>(bool ? [['false', 0], ['true', 1]] : [])
  const codes = new Int32Array(column.length)
  for (let row = 0; row < column.length; row += 1) {
    const value = column.at(row)
    if (value === null || value === undefined) {
      codes[row] = -1
      continue
    }
    const word = typeof value === 'string' ? value : JSON.stringify(value)
    const code = seen.get(word) ?? seen.size
    if (code === seen.size) seen.set(word, code)
    codes[row] = code
  }
  return { kind: 'word', codes, words: [...seen.keys()] }
}

/** The word of a row, null where there is none. */
export function wordAt(values: WordValues, row: number): string | null {
  return values.words[values.codes[row] ?? -1] ?? null
}
