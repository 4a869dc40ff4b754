import { describe, expect, it } from 'vitest'
import { line } from '../../plot/lines/lines.fixture'
import { valuesCsv, valuesTable } from './chart-values'

describe('valuesTable', () => {
  const lines = [line([1, 2], [0.5, 0.25], { id: 'a' }), line([2, 4], [8, 9], { id: 'b' }), line([3], [1], { weight: 'ghost' })]
  const table = valuesTable(lines, ({ id }) => id)

  it('has a row for each place of a drawn line, and gaps where a line has no point', () => {
    expect(table.x).toEqual([1, 2, 4])
    expect(table.columns.map(({ y }) => [...y])).toEqual([
      [0.5, 0.25, NaN],
      [NaN, 8, 9],
    ])
  })

  it('is written as CSV with empty fields for gaps', () => {
    expect(valuesCsv(table, 'epoch, all')).toBe('"epoch, all",a,b\n1,0.5,\n2,0.25,8\n4,,9')
  })
})
