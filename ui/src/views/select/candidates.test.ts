import { describe, expect, it } from 'vitest'
import type { Choice, MetricPicker } from '../../core/wire'
import type { RunsTable } from '../../core/runs-table'
import { candidateColumns, paramColumns, ranksOf, runsOf, testSets } from './candidates'
import { pickMarks } from './marks'

const choice = {
  metric: 'f1',
  goal: 'max',
  task: 'de',
  ids: ['a', 'b', 'c'],
  names: ['one', 'two', 'three'],
  rules: [
    { name: 'source-dev', title: 'source', paper: '', scores: [0.9, 0.5, null], chosen: [0], outcome: null, behind: null },
    { name: 'mean-pivots', title: 'pivots', paper: '', scores: [0.1, 0.5, 0.5], chosen: [1, 2], outcome: null, behind: null },
  ],
  test: null,
} as unknown as Choice

describe('ranks', () => {
  it('start at one for the best, share what ties, and leave out what has no score', () => {
    expect([...ranksOf([0.5, 0.9, 0.5, null], 'max')]).toEqual([2, 1, 2, Number.NaN])
    expect([...ranksOf([0.5, 0.9, 0.5, null], 'min')]).toEqual([1, 3, 1, Number.NaN])
  })
})

describe('test sets', () => {
  it('are metrics with a context that says test, the task left open', () => {
    const metrics = [
      { name: 'f1', contexts: [{ context: { lang: 'de', subset: 'test' } }, { context: { lang: 'fr', subset: 'test' } }, { context: { subset: 'dev' } }] },
      { name: 'loss', contexts: [{ context: { subset: 'train' } }] },
    ] as unknown as MetricPicker[]
    expect(testSets(metrics)).toEqual([{ selector: 'f1{"subset": "test"}', label: 'f1' }])
  })
})

describe('columns', () => {
  it('are the run, then a score and a rank by each rule', () => {
    expect(candidateColumns(choice).map(({ id }) => id)).toEqual(['run', 'source-dev', 'source-dev rank', 'mean-pivots', 'mean-pivots rank'])
    expect(candidateColumns({ ...choice, test: [0.2, 0.1, 0.3] }).at(-2)?.title).toBe('de, test')
  })
  it('say where there is nothing', () => {
    const [, score, rank] = candidateColumns(choice)
    expect([score?.text(2), rank?.text(2), rank?.text(1)]).toEqual(['–', '–', '2'])
  })
})

describe('params', () => {
  const table = {
    rowOf: new Map([['a', 0], ['b', 1], ['c', 2]]),
    meta: { columns: [{ name: 'run.lr' }, { name: 'run.data' }, { name: 'run.merge' }] },
    columns: new Map([
      ['run.lr', { kind: 'number', values: Float64Array.of(0.1, 0.2, Number.NaN) }],
      ['run.data', { kind: 'word', words: ['emoji'], codes: Int32Array.of(0, 0, -1) }],
      ['run.merge', { kind: 'word', words: ['ties', 'soup'], codes: Int32Array.of(-1, -1, 0) }],
    ]),
  } as unknown as RunsTable
  it('are those that tell candidates apart', () => {
    expect(paramColumns(['a', 'b', 'c'], table).map(({ id }) => id)).toEqual(['run.lr'])
  })
  it('stand in the order of the candidates', () => {
    const [lr] = paramColumns(['b', 'gone', 'a'], table)
    expect([0, 1, 2].map((row) => lr?.text(row))).toEqual(['0.2', '', '0.1'].map((text) => text.replace(/^0/, '')))
  })
})

describe('checkpoints', () => {
  it('belong to the run before their step', () => {
    expect(runsOf({ ...choice, ids: ['a@1@20', 'b@5'], steps: [20, 5] })).toEqual(['a@1', 'b'])
    expect(runsOf({ ...choice, steps: null })).toEqual(['a', 'b', 'c'])
  })
})

describe('marks', () => {
  it('set what everyone does apart from the rule in question', () => {
    expect(pickMarks(choice, 'mean-pivots').map(({ rule, row, tone }) => [rule, row, tone])).toEqual([
      ['source-dev', 0, 'standout'],
      ['mean-pivots', 1, 'accent'],
    ])
  })
  it('are one where both pick the same', () => {
    const same = { ...choice, rules: choice.rules.map((rule) => ({ ...rule, chosen: [2] })) }
    expect(pickMarks(same, 'mean-pivots').map(({ label }) => label)).toEqual(['source-dev, mean-pivots'])
  })
})
