import { describe, expect, it } from 'vitest'
import { forgetQuery, recentQueries, rememberQuery, withRecent } from './recent-queries'

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

describe('suggestions with recent queries', () => {
  const recent = ['run.lr > 1', 'run.seed == 2']
  const words = { start: 0, end: 3, items: [{ text: 'run.', note: 'params' }] }
  it('begin with them when nothing is typed', () => {
    expect(withRecent('', recent, { ...words, end: 0 })?.items.map(({ text }) => text)).toEqual([...recent, 'run.'])
    expect(withRecent('', [], null)).toBeNull()
  })
  it('end with those that go on from what is typed', () => {
    expect(withRecent('run', recent, words)?.items.map(({ text }) => text)).toEqual(['run.', ...recent])
    expect(withRecent('run.s', recent, { start: 0, end: 5, items: [] })?.items.map(({ text }) => text)).toEqual(['run.seed == 2'])
    expect(withRecent('run.lr > 1', recent, null)).toBeNull()
  })
  it('replace what is typed, whatever part the other suggestions replace', () => {
    const typed = 'run.lr > '
    const found = withRecent(typed, recent, { start: 9, end: 9, items: [{ text: '0.1', note: '' }] })!
    const last = found.items.at(-1)!
    expect(typed.slice(0, found.start) + last.text).toBe('run.lr > 1')
    expect(withRecent(typed, recent, null)).toMatchObject({ start: 0, items: [{ text: 'run.lr > 1' }] })
  })
})
