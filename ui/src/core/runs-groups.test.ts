import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateText, groupRows, membersText, orderGroups, sharedRow, statistics, statsOf } from './runs-groups'
import type { NumberValues, WordValues } from './sort'

const numbers = (...values: number[]): NumberValues => ({ kind: 'number', values: Float64Array.from(values) })
const words = (...texts: (string | null)[]): WordValues => {
  const distinct = [...new Set(texts.filter((text) => text !== null))]
  return { kind: 'word', codes: Int32Array.from(texts, (text) => (text === null ? -1 : distinct.indexOf(text))), words: distinct }
}
const rows = (...list: number[]): Uint32Array => Uint32Array.from(list)

const lr = numbers(1e-2, 1e-3, 1e-2, 1e-3, Number.NaN)
const model = words('bert', 'bert', 'xlm', 'bert', null)

describe('grouping', () => {
  it('puts equal values together, in their order, missing ones last', () => {
    const { groups, groupOf } = groupRows(rows(4, 3, 2, 1, 0), [lr, model], 5)
    expect(groups.map(({ key, rows: own }) => [key, [...own]])).toEqual([
      ['[0.001,"bert"]', [3, 1]],
      ['[0.01,"bert"]', [0]],
      ['[0.01,"xlm"]', [2]],
      ['[null,null]', [4]],
    ])
    expect([...groupOf]).toEqual([1, 0, 2, 0, 3])
  })
  it('leaves out rows that are not shown', () => {
    expect([...groupRows(rows(0, 2), [lr], 5).groupOf]).toEqual([0, -1, 0, -1, -1])
  })
  it('has every row in one group with those of its values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b', null)), { minLength: 1 }), (data) => {
        const columns = [numbers(...data.map(([number]) => number)), words(...data.map(([, word]) => word))]
        const { groups, groupOf } = groupRows(Uint32Array.from(data, (_, at) => at), columns, data.length)
        expect(groups.reduce((sum, group) => sum + group.rows.length, 0)).toBe(data.length)
        data.forEach((value, row) => expect(groups[groupOf[row] as number]?.key).toBe(JSON.stringify(value)))
      }),
    )
  })
})

describe('statistics of a group', () => {
  const values = numbers(1, 2, 4, Number.NaN, Infinity)
  it('are those of its finite values', () => {
    const stats = statsOf(values, rows(0, 1, 2, 3, 4))
    expect(stats).toMatchObject({ n: 3, median: 2, min: 1, max: 4 })
    expect(stats?.mean).toBeCloseTo(7 / 3)
    expect(stats?.std).toBeCloseTo(Math.sqrt(7 / 3))
    expect(statsOf(values, rows(3))).toBeNull()
  })
  it('read as people write them', () => {
    const stats = statsOf(values, rows(0, 1, 2))
    expect(aggregateText(stats, 'mean', 2)).toBe('2.33 ± 1.53')
    expect(aggregateText(stats, 'median', 1)).toBe('2.0')
    expect(aggregateText(stats, 'range', 0)).toBe('1 – 4')
    expect(aggregateText(statsOf(values, rows(1)), 'mean', 0)).toBe('2')
    expect(aggregateText(null, 'mean', 0)).toBe('')
  })
  it('name what all rows share', () => {
    expect(sharedRow(model, rows(0, 1, 3))).toBe(0)
    expect(sharedRow(model, rows(0, 2))).toBeNull()
    expect(sharedRow(lr, rows(0, 2))).toBe(0)
  })
})

describe('groups in order', () => {
  const groups = { groups: [rows(0, 1), rows(2), rows(3)].map((own, at) => ({ key: String(at), rows: own })), groupOf: Int32Array.of(0, 0, 1, 2) }
  const stats = statistics(groups)
  const values = numbers(1, 9, 4, Number.NaN)
  it('go by their aggregate, groups without a value last', () => {
    expect([...orderGroups(groups, [{ values, descending: true }], 'mean', stats)]).toEqual([0, 1, 2])
    expect([...orderGroups(groups, [{ values, descending: false }], 'mean', stats)]).toEqual([1, 0, 2])
    expect([...orderGroups(groups, [{ values, descending: false }], 'range', stats)]).toEqual([0, 1, 2])
  })
  it('are worked out once', () => {
    expect(stats(values, 0)).toBe(stats(values, 0))
    expect(stats(values, 2)).toBeNull()
  })
  it('keep their order without a key', () => {
    expect([...orderGroups(groups, [], 'mean', stats)]).toEqual([0, 1, 2])
  })
})

describe('what rows have in common', () => {
  const rows = Uint32Array.from([0, 1, 2])
  const numbers = (...values: number[]) => ({ values: { kind: 'number' as const, values: Float64Array.from(values) }, text: (row: number) => String(values[row]) })

  it('is their value, or from which to which', () => {
    expect(membersText(numbers(4, 4, 4), rows)).toBe('4')
    expect(membersText(numbers(4, 2, NaN), rows)).toBe('2 – 4')
    expect(membersText({ text: String }, rows)).toBe('')
  })

  it('is how many words there are', () => {
    expect(membersText({ values: { kind: 'word', codes: Int32Array.from([0, 1, 0]), words: ['a', 'b'] }, text: () => '' }, rows)).toBe('2 different')
  })
})
