/** A tracked table as typed columns. */
import { formatNumber, formatParam } from '../../core/format'
import type { Values } from '../../core/sort'
import type { Json } from '../../core/wire'

export interface TableColumn {
  id: string
  title: string
  numeric: boolean
  values: Values
  text: (row: number) => string
}

export interface TableContent {
  length: number
  columns: TableColumn[]
}

/** Reads `{"columns": […], "rows": [[…], …]}`; null when it is none. */
export function readTable(data: unknown): TableContent | null {
  if (typeof data !== 'object' || data === null) return null
  const { columns, rows } = data as { columns?: unknown; rows?: unknown }
  if (!Array.isArray(columns) || !Array.isArray(rows)) return null
  const cells = rows as Json[][]
  return { length: cells.length, columns: columns.map((title, at) => column(String(title), at, cells.map((row) => plain(row[at] ?? null)))) }
}

/** `{"$float": "nan"}` stands for a number that JSON lacks. */
function plain(cell: Json): Json {
  if (typeof cell !== 'object' || cell === null || Array.isArray(cell)) return cell
  const text = cell['$float']
  return typeof text === 'string' ? Number(text.replace('inf', 'Infinity').replace('nan', 'NaN')) : cell
}

function column(title: string, at: number, cells: Json[]): TableColumn {
  const id = `${at}`
  const numeric = cells.some((cell) => typeof cell === 'number') && cells.every((cell) => cell === null || typeof cell === 'number')
  if (numeric) {
    const values = Float64Array.from(cells, (cell) => (typeof cell === 'number' ? cell : Number.NaN))
    return { id, title, numeric, values: { kind: 'number', values }, text: (row) => (cells[row] === null ? '' : formatNumber(values[row] ?? Number.NaN, 6)) }
  }
  const codes = new Map<string, number>()
  const texts = cells.map((cell) => formatParam(cell))
  const list = Int32Array.from(texts, (text, row) => {
    if (cells[row] === null) return -1
    if (!codes.has(text)) codes.set(text, codes.size)
    return codes.get(text) ?? -1
  })
  return { id, title, numeric, values: { kind: 'word', codes: list, words: [...codes.keys()] }, text: (row) => texts[row] ?? '' }
}
