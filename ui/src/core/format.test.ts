import { describe, expect, it } from 'vitest'
import {
  isolated,
  isoTime,
  decimalsFor,
  formatAgo,
  formatBytes,
  formatCount,
  formatDelta,
  formatDuration,
  formatFixed,
  formatInColumn,
  formatNumber,
  formatParam,
  isZero,
  paramNumberFormat,
  plural,
} from './format'

describe('numbers', () => {
  it.each([
    [0.842, 3, '.842'],
    [-0.0042, 3, '−.004'],
    [-0.0004, 3, '.000'],
    [1.5, 1, '1.5'],
    [12345.678, 1, '12\u202f345.7'],
    [Number.NaN, 3, 'NaN'],
    [-Infinity, 3, '−∞'],
  ])('%d with %d decimals is %s', (value, decimals, text) => expect(formatFixed(value, decimals)).toBe(text))
  it.each([
    [0.007, '+.007'],
    [-0.012, '−.012'],
    [0.0001, '.000'],
    [0, '.000'],
  ])('a difference of %d is %s', (value, text) => expect(formatDelta(value, 3)).toBe(text))
  it.each([
    [0, '0'],
    [0.5, '.5'],
    [1e-4, '1e−4'],
    [-2.5e-7, '−2.5e−7'],
    [10800, '10\u202f800'],
    [123456789, '1.235e8'],
    [3.14159, '3.142'],
    [1234.5678, '1235'],
  ])('%d alone is %s', (value, text) => expect(formatNumber(value)).toBe(text))
  it.each([
    [0.842, 3, '.842'],
    [0.0042, 3, '.0042'],
    [-0.00042, 3, '−4.2e−4'],
    [0.031, 1, '.031'],
    [3.2, 0, '3.2'],
    [12, 0, '12'],
    [0, 3, '0'],
    [Number.NaN, 3, 'NaN'],
    [Infinity, 0, '∞'],
  ])('%d in a column with %d decimals is %s', (value, decimals, text) => expect(formatInColumn(value, decimals)).toBe(text))
  it('show as many decimals as a column needs', () => {
    expect(decimalsFor(0.1, 0.9)).toBe(3)
    expect(decimalsFor(0, 12)).toBe(1)
    expect(decimalsFor(0, 0.002)).toBe(5)
    expect(decimalsFor(0, 50_000)).toBe(0)
    expect(decimalsFor(Number.NaN, Number.NaN)).toBe(3)
  })
})

describe('a name in a sentence', () => {
  it('stays as it is when nothing in it turns', () => expect(isolated('run-7 · é 日本')).toBe('run-7 · é 日本'))
  it('cannot turn the words around it', () => {
    expect(isolated('a\u202eb\u2069')).toBe('\u2068ab\u2069')
    expect(isolated('שלום')).toBe('\u2068שלום\u2069')
  })
})

describe('params', () => {
  it.each([
    [0.001, '1e−3'],
    [0.1, '.1'],
    [20, '20'],
    [true, 'true'],
    [null, ''],
    ['adam', 'adam'],
    [[1, 2], '[1,2]'],
  ])('%j is %s', (value, text) => expect(formatParam(value)).toBe(text))
  it('of one column take one form', () => {
    const rates = paramNumberFormat([1e-4, 3e-2, 0])
    expect([1e-4, 3e-2, 0, 1].map(rates)).toEqual(['1e−4', '3e−2', '0', '1'])
    expect([0.1, 0.4].map(paramNumberFormat([0.1, 0.4]))).toEqual(['.1', '.4'])
    const drawn = [0.9132017, 0.0041237, 2e-5]
    expect(drawn.map(paramNumberFormat(drawn))).toEqual(['.9132', '.004124', '2e−5'])
  })
})

describe('times and sizes', () => {
  it('are ISO 8601 for other programs', () => {
    expect(isoTime(1_700_000_000)).toBe('2023-11-14T22:13:20Z')
    expect(isoTime(NaN)).toBe('')
  })

  it.each([
    [0.84, '0.8 s'],
    [41, '41 s'],
    [252, '4 min 12 s'],
    [725, '12 min'],
    [12_000, '3 h 20 min'],
    [187_200, '2 d 4 h'],
    [null, ''],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
  it.each([
    [10, 'just now'],
    [300, '5 min ago'],
    [7200, '2 h ago'],
  ])('%d seconds ago is %s', (seconds, text) => expect(formatAgo(1_000_000 - seconds, 1_000_000)).toBe(text))
  it.each([
    [999, '999 B'],
    [123_456, '123 KB'],
    [1_500_000, '1.5 MB'],
  ])('%d bytes are %s', (size, text) => expect(formatBytes(size)).toBe(text))
  it('counts agree with their noun', () => {
    expect(plural(1, 'run')).toBe('1 run')
    expect(plural(1200, 'run')).toBe('1200 runs')
    expect(formatCount(10_800)).toBe('10\u202f800')
  })
})

describe('a difference that rounds to nothing', () => {
  it('reads as zero', () => {
    expect(['.000', '0', ''].map(isZero)).toEqual([true, true, true])
    expect(['+.001', '−10', '∞', 'NaN'].map(isZero)).toEqual([false, false, false, false])
  })
})
