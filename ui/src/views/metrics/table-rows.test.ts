import { describe, expect, it } from 'vitest'
import type { Values } from '../../core/sort'
import { answer, drawing, fold, RATES, row } from './metrics.fixture'
import { buildScene } from './scene'
import { buildTree, readAt, type Row } from './table'
import { finder, memberPlaces, membersOf, orderedRows, placedValues, tableRows, wordValues, type Order } from './table-rows'

const given = answer(
  [
    fold({ color: 0 }),
    fold({ color: 1, y: Float32Array.from([0.5, 1, 0.9]) }),
    row({ run: 'r1', color: 0 }),
    row({ run: 'r2', color: 0, y: Float32Array.from([0.1, 0.2, 0.9]) }),
    row({ run: 'r3', color: 1 }),
  ],
  RATES,
)
const scene = buildScene(given, drawing({ fold: true }))
const table = tableRows(buildTree(given, scene, { run: (run) => run, note: () => '' }))
const values = (x: number | null): Values => ({ kind: 'number', values: Float64Array.from(table.rows, (item) => readAt(item.lines[0] ?? null, x)?.y ?? NaN) })
const plain: Order = { keys: [], isOpen: (key) => key === '=0.001', isPinned: () => false, found: null }
const labels = (order: Partial<Order>): string[] => Array.from(orderedRows(table, { ...plain, ...order }), (at) => table.rows[at]!.label)

describe('rows of groups', () => {
  it('list the runs of open ones', () => {
    expect(labels({})).toEqual(['1e−3', 'r1', 'r2', '1e−2'])
    expect(labels({ isOpen: () => true })).toEqual(['1e−3', 'r1', 'r2', '1e−2', 'r3'])
  })

  it('know their heading and its runs', () => {
    expect([...table.headOf]).toEqual([0, 0, 0, 3, 3])
    expect(membersOf(table, 0)).toEqual(['r1', 'r2'])
  })
})

describe('order', () => {
  const by = (x: number | null, descending = false): string[] => labels({ keys: [{ values: values(x), descending }] })

  it('is that of the values, of groups and within them', () => {
    expect(by(null, true)).toEqual(['1e−2', '1e−3', 'r2', 'r1'])
    expect(by(1)).toEqual(['1e−3', 'r2', 'r1', '1e−2'])
  })

  it('goes by several keys', () => {
    const runs: Values = { kind: 'number', values: Float64Array.from(table.rows, () => 1) }
    const names = wordValues(table.rows.map(({ label }) => label))
    expect(labels({ keys: [{ values: runs, descending: false }, { values: names, descending: true }] })).toEqual(['1e−3', 'r2', 'r1', '1e−2'])
  })

  it('keeps rows without a value last either way', () => {
    const some: Values = { kind: 'number', values: Float64Array.from(table.rows, (item) => (item.label === 'r1' ? NaN : 1)) }
    for (const descending of [true, false]) expect(labels({ keys: [{ values: some, descending }] }).slice(1, 3)).toEqual(['r2', 'r1'])
  })

  it('puts pinned rows first in their level', () => {
    const isPinned = (item: Row): boolean => item.run === 'r2' || item.label === '1e−2'
    expect(labels({ isPinned })).toEqual(['1e−2', '1e−3', 'r2', 'r1'])
  })
})

describe('search', () => {
  const none = new Int32Array(table.rows.length).fill(-1)

  it('finds a group by its name with all its runs, or by one of them', () => {
    expect(labels({ found: finder(table, none, undefined, 'r2') })).toEqual(['1e−3', 'r2'])
    expect(labels({ found: finder(table, none, undefined, '1e−3') })).toEqual(['1e−3', 'r1', 'r2'])
    expect(labels({ found: finder(table, none, undefined, 'nowhere') })).toEqual([])
    expect(finder(table, none, undefined, '  ')).toBeNull()
  })
})

describe('what is known of runs', () => {
  it('is that of a group where its runs share it', () => {
    const places = Int32Array.from([-1, 0, 1, -1, 2])
    const members = memberPlaces(table, places)
    expect(placedValues({ kind: 'number', values: Float64Array.from([5, 5, 7]) }, places, members)).toEqual({ kind: 'number', values: Float64Array.from([5, 5, 5, 7, 7]) })
    const words = placedValues({ kind: 'word', codes: Int32Array.from([0, 1, 1]), words: ['a', 'b'] }, places, members)
    expect(words).toEqual({ kind: 'word', codes: Int32Array.from([-1, 0, 1, 1, 1]), words: ['a', 'b'] })
  })
})
