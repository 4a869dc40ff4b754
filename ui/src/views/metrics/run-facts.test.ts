import { expect, it } from 'vitest'
import type { RunsTable } from '../../core/runs-table'
import { RunFacts } from './run-facts'

const table = {
  length: 2,
  meta: { columns: [{ name: 'run.lr', varying: true }, { name: 'run.tech', varying: true }, { name: 'run.n', varying: false }] },
  name: (row: number) => `run-${row}`,
  tags: (row: number) => (row === 0 ? ['lab'] : []),
  rowOf: new Map([['a', 0], ['b', 1]]),
  columns: new Map([
    ['run.lr', { kind: 'number', values: Float64Array.of(0.001, NaN) }],
    ['run.tech', { kind: 'word', codes: Int32Array.of(0, 1), words: ['full', 'true'] }],
    ['experiment', { kind: 'word', codes: Int32Array.of(0, 0), words: ['first'] }],
  ]),
} as unknown as RunsTable

it('tells names, tags and what varies', () => {
  const facts = new RunFacts(table)
  expect([facts.name('a'), facts.name('gone'), facts.tags('a'), facts.experiment('b')]).toEqual(['run-0', 'gone', ['lab'], 'first'])
  expect(facts.varying).toEqual(['run.lr', 'run.tech'])
  expect(facts.params('b')).toEqual([{ key: 'run.tech', text: 'tech true' }])
  expect(facts.note('a', ['run.tech'])).toBe('lr 1e−3')
})

it('knows nothing before the runs are there', () => {
  const facts = new RunFacts(undefined)
  expect([facts.name('a'), facts.params('a'), facts.note('a', []), facts.varying]).toEqual(['a', [], '', []])
})
