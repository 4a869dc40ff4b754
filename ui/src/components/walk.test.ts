import { describe, expect, it } from 'vitest'
import { placeAfter } from './walk'

const texts = ['Linear', 'log', 'off', 'long']

describe('placeAfter', () => {
  it('goes round with the arrows, and to the ends', () => {
    expect(placeAfter('ArrowDown', -1, texts)).toBe(0)
    expect(placeAfter('ArrowDown', 3, texts)).toBe(0)
    expect(placeAfter('ArrowUp', 0, texts)).toBe(3)
    expect(placeAfter('ArrowUp', -1, texts)).toBe(3)
    expect([placeAfter('Home', 2, texts), placeAfter('End', 2, texts)]).toEqual([0, 3])
  })

  it('goes to the next option that begins with a letter, whatever its case, and round again', () => {
    expect(placeAfter('L', 0, texts)).toBe(1)
    expect(placeAfter('l', 1, texts)).toBe(3)
    expect(placeAfter('l', 3, texts)).toBe(0)
  })

  it('leaves other keys alone', () => {
    for (const key of ['Enter', ' ', 'Tab', 'z']) expect(placeAfter(key, 0, texts)).toBeNull()
    expect(placeAfter('ArrowDown', -1, [])).toBeNull()
  })
})
