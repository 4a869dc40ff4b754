import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endText, rangeMistake, readEnd } from './range'

describe('the ends of a range', () => {
  it('are read as people write numbers', () => {
    expect(['', ' 1e-3 ', '.5', '−.5', '-2'].map((text) => readEnd(text, 'number'))).toEqual([null, 0.001, 0.5, -0.5, -2])
  })
  it('are written so that they read the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readEnd(endText(value + 0, 'number'), 'number')).toBe(value + 0)
      }),
    )
    expect(readEnd(endText(1_790_000_000, 'time'), 'time')).toBe(1_790_000_000)
  })
  it('say what is wrong with them', () => {
    expect(rangeMistake('1', '2', 'number', false)).toBeNull()
    expect(rangeMistake('', '', 'number', true)).toBeNull()
    expect(rangeMistake('x', '', 'number', false)).toBe('“x” is not a number.')
    expect(rangeMistake('2', '2', 'number', false)).toMatch(/below/)
    expect(rangeMistake('0', '', 'number', true)).toMatch(/above zero/)
    expect(rangeMistake('Infinity', '', 'number', false)).toMatch(/not a number/)
  })
})
