import { describe, expect, it } from 'vitest'
import { labels, numbers } from '../../plot/axes/testing'
import { foldColumn, groupRows } from './fold'

describe('groupRows', () => {
  it('puts rows together that agree in all columns, absent values too', () => {
    const lr = numbers([1, 2, 1, null, null])
    const tech = labels(['a', 'a', 'a', 'b', 'b'])
    expect(groupRows([lr, tech], [0, 1, 2, 3, 4])).toEqual([[0, 2], [1], [3, 4]])
  })
  it('makes one line of all rows when nothing else varies', () => {
    expect(groupRows([], [2, 0])).toEqual([[2, 0]])
  })
})

describe('foldColumn', () => {
  const groups = [[0, 1, 2], [3, 4], [5, 6], [7]]
  it('takes the median of what is finite, with its ends', () => {
    const { column, spread } = foldColumn(numbers([3, 1, 8, 2, 4, NaN, null, null]), groups)
    expect(column.type === 'number' && [...column.numbers]).toEqual([3, 3, NaN, NaN])
    expect(column.type === 'number' && [...column.absent]).toEqual([0, 0, 0, 1])
    expect([...spread!.low]).toEqual([1, 2, NaN, NaN])
    expect([...spread!.high]).toEqual([8, 4, NaN, NaN])
  })
  it('takes the most frequent word, the first of several', () => {
    const { column } = foldColumn(labels(['a', 'b', 'b', 'c', 'a', null, null, 'a']), groups)
    expect(column.type !== 'number' && [...column.codes].map((code) => column.labels[code] ?? null)).toEqual(['b', 'c', null, 'a'])
  })
})
