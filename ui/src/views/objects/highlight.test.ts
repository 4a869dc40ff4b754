import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pieces } from './highlight'

describe('highlight', () => {
  it('cuts a text into what matches and what does not', () => {
    expect(pieces('A cat, a CAT', 'cat')).toEqual([
      { text: 'A ', hit: false },
      { text: 'cat', hit: true },
      { text: ', a ', hit: false },
      { text: 'CAT', hit: true },
    ])
    expect(pieces('dog', 'cat')).toEqual([{ text: 'dog', hit: false }])
  })
  it('loses no letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, find) => {
        expect(pieces(text, find).map((piece) => piece.text).join('')).toBe(text)
      }),
    )
  })
})
