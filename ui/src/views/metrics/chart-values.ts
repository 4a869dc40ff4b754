/** The points of a chart as a table. */
import { csvField } from '../../core/table-text'
import type { Line } from '../../plot/lines/types'

export interface ValuesTable {
  /** All places that a line has a point at, ascending. */
  readonly x: readonly number[]
  /** NaN where a line has no point. */
  readonly columns: readonly { readonly name: string; readonly color: string; readonly y: Float64Array }[]
}

export function valuesTable(lines: readonly Line[], name: (line: Line) => string): ValuesTable {
  const drawn = lines.filter((line) => line.weight === 'line')
  const x = [...new Set(drawn.flatMap((line) => [...line.x]))].sort((a, b) => a - b)
  const rowOf = new Map(x.map((value, row) => [value, row]))
  const columns = drawn.map((line) => {
    const y = new Float64Array(x.length).fill(NaN)
    line.x.forEach((value, at) => (y[rowOf.get(value)!] = line.y[at]!))
    return { name: name(line), color: line.color, y }
  })
  return { x, columns }
}

export function valuesCsv({ x, columns }: ValuesTable, xLabel: string): string {
  const head = [xLabel, ...columns.map(({ name }) => name)].map(csvField).join(',')
  const rows = x.map((value, row) => [value, ...columns.map(({ y }) => (Number.isNaN(y[row]!) ? '' : y[row]!))].join(','))
  return [head, ...rows].join('\n')
}
