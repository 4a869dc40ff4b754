import { describe, expect, it } from 'vitest'
import { readTable } from './table-content'

describe('tables', () => {
  it('types columns and writes them', () => {
    const table = readTable({ columns: ['word', 'p'], rows: [['der', 0.5], [null, { $float: 'nan' }], ['die', null]] })
    expect(table?.columns.map(({ numeric }) => numeric)).toEqual([false, true])
    expect(table?.columns.map(({ text }) => [0, 1, 2].map(text))).toEqual([['der', '', 'die'], ['.5', 'NaN', '']])
  })
  it('refuses what is none', () => {
    expect([null, 3, {}, { columns: [] }].map(readTable)).toEqual([null, null, null, null])
  })
})
