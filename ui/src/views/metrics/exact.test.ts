import { describe, expect, it } from 'vitest'
import { matchLines, readExactly } from './exact'
import { answer, fold, RATES, row } from './metrics.fixture'

const at = (x: number[], y: number[]) => ({ x: Float64Array.from(x), y: Float32Array.from(y) })

describe('the line of another answer', () => {
  const shown = answer([row({ run: 'r1', color: 0 }), row({ run: 'r2', color: 1 }), fold({ color: 1 })], RATES)

  it('is found by run, metric and the labels of its groups, in whatever order these come', () => {
    const exact = answer([row({ run: 'r2', color: 0, ...at([2], [9]) }), fold({ color: 0, ...at([2], [8]) })], { ...RATES, colors: [...RATES.colors!].reverse() })
    const lines = matchLines(shown, exact, new Set())
    expect(shown.rows.map((line) => lines.get(line)?.y[0])).toEqual([undefined, 9, 8])
  })

  it('is none in charts that are drawn in a way of their own', () => {
    expect(matchLines(shown, shown, new Set(['de'])).size).toBe(0)
  })
})

describe('an exact reading', () => {
  const line = row(at([0, 10, 20], [0, 1, 2]))

  it('is the nearest point that was recorded', () => {
    expect(readExactly(line, row(at([11, 13], [5, 6])), 12.5)?.y).toBe(6)
    expect(readExactly(line, row(at([19], [7])), 20)?.y).toBe(7)
  })

  it('stays with the line on screen where there is no other, and is nothing beyond its end', () => {
    expect(readExactly(line, undefined, 9)?.y).toBe(1)
    expect(readExactly(line, row(at([], [])), 9)?.y).toBe(1)
    expect(readExactly(line, row(at([20], [2])), 99)).toBeNull()
  })
})
