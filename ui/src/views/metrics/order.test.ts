import { describe, expect, it } from 'vitest'
import { moved, ordered } from './order'

const charts = ['a', 'b', 'c'].map((id) => ({ id }))
const ids = (order: string[]): string[] => ordered(charts, order).map(({ id }) => id)

describe('ordered', () => {
  it('puts the named first and leaves the rest as it is', () => {
    expect(ids([])).toEqual(['a', 'b', 'c'])
    expect(ids(['c'])).toEqual(['c', 'a', 'b'])
    expect(ids(['c', 'gone', 'a'])).toEqual(['c', 'a', 'b'])
  })
})

describe('moved', () => {
  it('stays within the row', () => {
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['c', 'a', 'b'])
  })
})
