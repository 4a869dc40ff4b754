import { describe, expect, it } from 'vitest'
import { linearAxis, logAxis, looksLogarithmic } from './scale'

describe('linearAxis', () => {
  it('ends close to the values and labels round ones', () => {
    const axis = linearAxis(0.652, 0.846)
    expect(axis.ticks.map((tick) => tick.text)).toEqual(['.65', '.70', '.75', '.80', '.85'])
    expect([axis.from(0), axis.from(1)].map((value) => value.toFixed(3))).toEqual(['0.640', '0.860'])
  })

  it('gives a single value room on both sides', () => {
    const axis = linearAxis(3, 3)
    expect(axis.to(3)).toBeCloseTo(0.5, 1)
  })

  it('puts no tick between two whole numbers', () => {
    expect(linearAxis(0, 3, { whole: true }).ticks.map((tick) => tick.text)).toEqual(['0', '1', '2', '3'])
    expect(linearAxis(3, 3, { whole: true }).ticks.map((tick) => tick.text)).toEqual(['3'])
  })

  it('inverts', () => {
    const axis = linearAxis(-5, 17)
    expect(axis.from(axis.to(3.25))).toBeCloseTo(3.25, 9)
  })
})

describe('logAxis', () => {
  it('puts equal ratios at equal distances', () => {
    const axis = logAxis(1e-4, 1e-1)
    expect(axis.to(1e-3) - axis.to(1e-4)).toBeCloseTo(axis.to(1e-1) - axis.to(1e-2), 9)
    expect(axis.ticks.map((tick) => tick.text)).toContain('1e−3')
  })

  it('has no place for zero', () => {
    expect(logAxis(1, 1000).to(0)).toBeNaN()
  })
})

describe('looksLogarithmic', () => {
  it.each([
    [[1e-4, 3e-4, 1e-3], true],
    [[16, 32, 64, 128], true],
    [[0.001, 0.01, 0.9], true],
    [[0.001, 0.5, 0.9], false],
    [[5, 20, 40], false],
    [[1, 2, 3, 4], false],
    [[0, 1e-3, 1], false],
    [[-1, 10, 1000], false],
    [[1, 1000], false],
  ])('%j: %s', (values, expected) => expect(looksLogarithmic(values)).toBe(expected))
})
