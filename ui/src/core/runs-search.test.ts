import { describe, expect, it } from 'vitest'
import { searchRows } from './runs-search'
import type { WordValues } from './sort'

const names: WordValues = { kind: 'word', codes: Int32Array.of(0, 1, 2), words: ['Warm-Fern-1', 'cold-fern-2', 'cold-oak-3'] }
const tags: WordValues = { kind: 'word', codes: Int32Array.of(-1, 0, 0), words: ['["paper"]'] }
const rows = Uint32Array.of(2, 1, 0)

describe('searching rows', () => {
  it('finds parts of words in any column, whatever the case', () => {
    expect([...searchRows(rows, [names, tags], 'fern')]).toEqual([1, 0])
    expect([...searchRows(rows, [names, tags], 'PAPER')]).toEqual([2, 1])
  })
  it('wants all words', () => {
    expect([...searchRows(rows, [names, tags], 'paper fern')]).toEqual([1])
    expect([...searchRows(rows, [names, tags], 'paper warm')]).toEqual([])
  })
  it('without words keeps all', () => {
    expect([...searchRows(rows, [names], '  ')]).toEqual([2, 1, 0])
  })
})
