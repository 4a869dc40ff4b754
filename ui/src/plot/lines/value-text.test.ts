import { describe, expect, it } from 'vitest'
import { readingDigits, readingText } from './value-text'

describe('readingText', () => {
  it('writes what the digits of the column would hide', () => {
    expect([0.7684, 0, 1e-9, -0.0004, 2.5e9, NaN].map((value) => readingText(value, 3))).toEqual(['.768', '.000', '1e−9', '−4e−4', '2.5e9', 'NaN'])
  })
})

describe('readingDigits', () => {
  it('tells values of a range apart', () => {
    expect([readingDigits(0, 1), readingDigits(0, 0.05), readingDigits(0, 5000), readingDigits(1, 1)]).toEqual([3, 4, 0, 3])
  })
})
