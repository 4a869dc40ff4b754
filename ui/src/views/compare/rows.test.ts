import { describe, expect, it } from 'vitest'
import type { RunDetails, RunMetric } from '../../core/wire'
import { compare, sift, type CompareRow } from './rows'

const metric = (name: string, last: number | null, best: number | null, goal: 'min' | 'max'): RunMetric => ({
  name,
  context: { lang: 'de' },
  kind: 'float',
  n: 10,
  n_nan: 0,
  n_inf: 0,
  first: 0,
  last,
  min: 0,
  max: 1,
  mean: 0.5,
  best,
  step_last: 9,
  step_min: 0,
  step_max: 9,
  step_best: 9,
  time_last: 0,
  goal,
})

function run(id: string, patch: Partial<RunDetails>): RunDetails {
  return {
    id,
    name: `run ${id}`,
    experiment: 'pos',
    status: 'finished',
    created: 1e9,
    ended: null,
    duration: 60,
    tags: [],
    note: '',
    archived: false,
    params: {},
    env: {},
    warnings: [],
    artifacts: [],
    metrics: [],
    objects: [],
    segments: [],
    error: null,
    ...patch,
  }
}

const RUNS = [
  run('a', {
    params: { optim: { lr: 1e-3, name: 'adam' }, seed: 0 },
    metrics: [metric('f1', 0.8, 0.85, 'max'), metric('loss', 0.5, 0.4, 'min')],
    env: { python: { version: '3.11.7' }, packages: { numpy: '2.0', torch: '2.4' }, git: { commit: 'abc', dirty: false } },
  }),
  run('b', {
    params: { optim: { lr: 1e-2, name: 'adam' }, clip: null },
    metrics: [metric('f1', 0.75, 0.9, 'max'), metric('loss', 0.3, 0.3, 'min')],
    env: { python: { version: '3.12.1' }, packages: { numpy: '2.1', scipy: '1.1' }, git: { commit: 'def', dirty: true } },
  }),
]
const row = (title: string, label: string, by: 'last' | 'best' = 'last'): CompareRow => {
  const found = compare(RUNS, by).find((section) => section.title === title)?.rows.find((item) => item.label === label)
  if (!found) throw new Error(`no row '${label}' under '${title}'`)
  return found
}
const texts = (item: CompareRow): string[] => item.cells.map(({ text }) => text)

describe('runs side by side', () => {
  it('differ in params, by nested path', () => {
    expect(texts(row('Params', 'optim.lr'))).toEqual(['1e−3', '1e−2'])
    expect(row('Params', 'optim.name').differs).toBe(false)
    expect(texts(row('Params', 'seed'))).toEqual(['0', ''])
    expect(texts(row('Params', 'clip'))).toEqual(['', 'None'])
  })
  it('show metrics with differences, and which is best', () => {
    const f1 = row('Metrics', 'f1')
    expect(f1.cells).toMatchObject([{ text: '.800', best: true }, { text: '.750', delta: '−.050', tone: 'worse' }])
    expect(row('Metrics', 'loss').cells[1]).toMatchObject({ delta: '−.200', tone: 'better', best: true })
    expect(row('Metrics', 'f1', 'best').cells[1]).toMatchObject({ text: '.900', best: true })
  })
  it('count packages that came, went and changed', () => {
    const section = compare(RUNS, 'last').find(({ title }) => title === 'Packages')
    expect(section?.note).toBe('1 added, 1 removed, 1 changed against the first run')
    expect(section?.rows.map(({ label }) => label)).toEqual(['numpy', 'scipy', 'torch'])
  })
  it('show only what differs, or all, or what is searched', () => {
    const shown = sift(compare(RUNS, 'last'), false, '')
    expect(shown.find(({ title }) => title === 'Params')?.rows.map(({ label }) => label)).toEqual(['optim.lr', 'seed', 'clip'])
    const found = sift(compare(RUNS, 'last'), true, 'PYTHON 3.12')
    expect(found.map(({ title, rows }) => [title, rows.length])).toEqual([['Environment', 1]])
  })
})
