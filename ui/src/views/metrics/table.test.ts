import { describe, expect, it } from 'vitest'
import { answer, drawing, fold, RATES, row } from './metrics.fixture'
import { buildScene } from './scene'
import { bestPlace, buildTree, readAt, type Tree } from './table'

const names = { run: (run: string): string => `name of ${run}`, note: (run: string): string => `note of ${run}` }
const rows = [
  fold({ color: 0 }),
  fold({ color: 1, y: Float32Array.from([0.5, 1, 0.9]) }),
  row({ run: 'r1', color: 0 }),
  row({ run: 'r2', color: 0, y: Float32Array.from([0.1, 0.2, 0.9]) }),
  row({ run: 'r3', color: 1 }),
]
const given = answer(rows, RATES)
const scene = buildScene(given, drawing({ fold: true }))
const tree = buildTree(given, scene, names)

describe('buildTree', () => {
  it('has a row a group and below it its runs', () => {
    expect(tree.groups.map(({ row, runs }) => [row.label, ...runs.map(({ label }) => label)])).toEqual([
      ['1e−3', 'name of r1', 'name of r2'],
      ['1e−2', 'name of r3'],
    ])
    expect(tree.groups[0]!.row.runs).toBe(2)
    expect(tree.groups[0]!.runs[0]!.note).toBe('note of r1')
  })

  it('lists runs alone when nothing is folded', () => {
    const flat = answer([row(), row({ run: 'r2' })])
    const built = buildTree(flat, buildScene(flat, drawing()), names)
    expect(built.grouped).toBe(false)
    expect(built.groups.flatMap(({ runs }) => runs.map(({ run }) => run))).toEqual(['r1', 'r2'])
  })

  it('puts the charts of a run on one row, and two series of one chart on two', () => {
    const two = answer([row({ chart: 0 }), row({ chart: 1 })], { charts: ['a', 'b'].map((label) => ({ label, key: {} })) })
    expect(buildTree(two, buildScene(two, drawing()), names).groups[0]!.runs[0]!.lines.every(Boolean)).toBe(true)
    const twice = answer([row({ context: '{"subset": "dev"}' }), row({ context: '{"subset": "test"}' })])
    const runs = buildTree(twice, buildScene(twice, drawing()), names).groups[0]!.runs
    expect(runs.map((run) => run.note)).toEqual(['dev, note of r1', 'test, note of r1'])
  })
})

describe('a group of one run', () => {
  const alone = { lo: Float32Array.from([1, 2, 3]), hi: Float32Array.from([1, 2, 3]), n: Int32Array.from([1, 1, 1]) }

  it('reads as its value, without a spread from it to itself', () => {
    expect(readAt(fold(alone), 2)).toEqual({ y: 0.75, lo: null, hi: null, n: 1 })
  })

  it('is no median of anything, unless another group holds more', () => {
    const built = (rows: Parameters<typeof answer>[0]): Tree => {
      const given = answer(rows, RATES)
      return buildTree(given, buildScene(given, drawing({ fold: true })), names)
    }
    expect(built([fold({ ...alone, color: 0 }), fold({ ...alone, color: 1 })]).merged).toBe(false)
    expect(built([fold({ ...alone, color: 0 }), fold({ color: 1 })]).merged).toBe(true)
  })
})

describe('readAt', () => {
  it('reads the nearest point with its band, the end without a cursor, nothing outside', () => {
    expect(readAt(fold(), 2.1)).toEqual({ y: 0.75, lo: 0.5, hi: 1, n: 2 })
    expect(readAt(row(), null)).toEqual({ y: 0.5, lo: null, hi: null, n: 1 })
    expect(readAt(row(), 9)).toBeNull()
    expect(readAt(null, 1)).toBeNull()
  })

  it('reads folds where at least half of the runs still are', () => {
    expect(readAt(fold({ n: Int32Array.from([5, 3, 2]) }), null)?.n).toBe(3)
    expect(readAt(fold({ n: Int32Array.from([2, 2, 1]) }), null)?.n).toBe(1)
  })
})

describe('bestPlace', () => {
  it('is the first highest or lowest point', () => {
    expect(bestPlace(row({ y: Float32Array.from([1, 3, 3]) }), 'max')).toEqual({ x: 2, y: 3 })
    expect(bestPlace(row({ y: Float32Array.from([NaN, 3, 2]) }), 'min')).toEqual({ x: 3, y: 2 })
    expect(bestPlace(row({ y: Float32Array.from([NaN]), x: Float64Array.from([1]) }), 'min')).toBeNull()
  })
})
