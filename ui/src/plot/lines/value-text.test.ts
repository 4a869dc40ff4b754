import { describe, expect, it } from 'vitest'
import { readingDigits, readingText, valueText } from './value-text'

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

describe('valueText', () => {
  it('tells large values apart on an axis that is short beside them', () => {
    const axis = [1e9, 1e9 + 3e-3] as const
    expect([1e9 + 1e-3, 1e9 + 2e-3].map((value) => valueText(value, axis).replaceAll('\u202f', ''))).toEqual(['1000000000.00100', '1000000000.00200'])
  })

  it('writes them in powers of ten on a longer one, and beside it', () => {
    expect([valueText(2.5e9, [0, 3e9]), valueText(2.5e9, [1e9, 1e9 + 3e-3]), valueText(1e308, [0, 1.03e308])]).toEqual(['2.5e9', '2.5e9', '1e308'])
  })
})
