import { describe, expect, it } from 'vitest'
import { forgetQuery, recentQueries, rememberQuery } from './recent-queries'

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const items = new Map<string, string>()
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value) }
}

describe('recent queries', () => {
  it('are kept newest first, each once', () => {
    const store = storage()
    for (const text of ['a', 'b', 'a']) rememberQuery(text, store)
    expect(recentQueries(store)).toEqual(['a', 'b'])
  })
  it('are forgotten when they are wrong, and limited', () => {
    const store = storage()
    for (let at = 0; at < 40; at++) rememberQuery(`run.x == ${at}`, store)
    forgetQuery('run.x == 39', store)
    expect(recentQueries(store)).toHaveLength(29)
    expect(recentQueries(store)[0]).toBe('run.x == 38')
  })
  it('are none where the storage holds something else', () => {
    const store = storage()
    store.setItem('ridgeline.queries', '{"a":1')
    expect(recentQueries(store)).toEqual([])
    store.setItem('ridgeline.queries', '[1,"x"]')
    expect(recentQueries(store)).toEqual(['x'])
  })
})
