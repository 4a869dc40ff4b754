import { describe, expect, test } from 'vitest'
import { liveWords } from './live-words'

describe('the words beside the green dot', () => {
  test('say that it is live, and how many runs go on', () => {
    expect(liveWords(0, null)).toBe('live')
    expect(liveWords(3, null)).toBe('live, 3 running')
  })

  test('say how far the index is while it is being built', () => {
    expect(liveWords(3, { indexed: 12300, total: 100000 })).toBe('indexing 12\u202f300 of 100\u202f000 runs')
    expect(liveWords(0, { indexed: 0, total: 0 })).toBe('indexing')
  })
})
