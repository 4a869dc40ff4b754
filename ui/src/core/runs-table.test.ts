import { describe, expect, it } from 'vitest'
import { extent, readRuns, type RunsTable } from './runs-table'
import { durations, fittingWidth, inOrder, isArchived, metricViews, orderRows, paramViews } from './runs-view'
import type { Values } from './sort'
import { PICKERS, runsArrow } from './testing'

const DE = 'run.metrics["f1", {"lang": "de", "subset": "dev"}].last'
const ES = 'run.metrics["f1", {"lang": "es", "subset": "dev"}].last'

function table(): RunsTable {
  return readRuns(
    runsArrow(
      {
        id: ['a', 'b', 'c'],
        name: ['run-9', 'run-10', 'run-1'],
        experiment: ['pos', 'pos', 'pos'],
        status: ['finished', 'running', 'failed'],
        created: [100, 200, 300],
        ended: [150, null, 310],
        archived: [false, true, false],
        tags: ['["lab","best"]', '[]', null],
        'run.hparams.lr': [1e-4, 1e-2, null],
        'run.debug': [true, false, null],
        [DE]: [0.7, Number.NaN, null],
        [ES]: [0.5, 0.6, 0.8],
      },
      {
        columns: [
          { name: 'run.hparams.lr', kind: 'param', type: 'number', varying: true },
          { name: 'run.debug', kind: 'param', type: 'bool', varying: true },
          { name: DE, kind: 'metric', type: 'number', varying: true },
          { name: ES, kind: 'metric', type: 'number', varying: true },
        ],
      },
    ),
  )
}

describe('an Arrow answer', () => {
  it('becomes columns with names, statuses and tags', () => {
    const runs = table()
    expect(runs.length).toBe(3)
    expect([0, 1, 2].map(runs.name)).toEqual(['run-9', 'run-10', 'run-1'])
    expect([0, 1, 2].map(runs.tags)).toEqual([['lab', 'best'], [], []])
    expect(runs.status(1)).toBe('running')
    expect(runs.rowOf.get('c')).toBe(2)
  })
  it('tells a NaN that was recorded from no value', () => {
    const values = table().columns.get(DE)
    expect(values?.kind === 'number' && [...values.values]).toEqual([0.7, Number.NaN, Number.NaN])
    expect(values?.kind === 'number' && [...(values.nan ?? [])]).toEqual([0, 1, 0])
  })
  it('has an extent of its finite values', () => {
    expect(extent({ kind: 'number', values: Float64Array.of(Number.NaN, 2, Infinity, -1) })).toEqual([-1, 2])
    expect(extent({ kind: 'number', values: Float64Array.of(Number.NaN) })).toBeNull()
  })
})

describe('the columns of the Runs page', () => {
  it('show params by their short names, one form a column', () => {
    const views = paramViews(table())
    expect(views.map(({ title }) => title)).toEqual(['lr', 'debug'])
    expect([0, 1, 2].map((row) => views[0]?.text(row))).toEqual(['1e−4', '1e−2', ''])
    expect([0, 1, 2].map((row) => views[1]?.text(row))).toEqual(['true', 'false', ''])
  })
  it('head metrics by what tells them apart', () => {
    const views = metricViews(table(), [DE, ES], PICKERS.metrics)
    expect(views.map(({ title, note }) => `${title} | ${note}`)).toEqual(['f1 de | dev, last ↑', 'f1 es | dev, last ↑'])
    expect([0, 1, 2].map((row) => views[0]?.text(row))).toEqual(['.700', 'NaN', ''])
  })
  it('take a direction set by hand, and none for counts and steps', () => {
    const steps = DE.replace('.last', '.argbest')
    const runs = readRuns(runsArrow({ id: ['a'], name: ['a'], status: ['finished'], tags: ['[]'], [DE]: [0.5], [steps]: [120] }, {}))
    const views = metricViews(runs, [DE, steps], PICKERS.metrics, { f1: 'min' })
    expect(views.map(({ note, goal }) => [note, goal])).toEqual([['de, dev, last ↓', 'min'], ['de, dev, step of best', 'min']])
    expect(views[1]?.text(0)).toBe('120')
  })
  it('scale dots over the bulk of the values', () => {
    const values = [...Array.from({ length: 99 }, (_, at) => 0.7 + at / 1000), 0.01]
    const runs = readRuns(
      runsArrow(
        {
          id: values.map(String),
          name: values.map(String),
          status: values.map(() => 'finished'),
          tags: values.map(() => '[]'),
          [DE]: values,
        },
        {},
      ),
    )
    expect(metricViews(runs, [DE], PICKERS.metrics)[0]?.low).toBeGreaterThan(0.5)
  })
  it('are as wide as their texts, within bounds', () => {
    expect(fittingWidth('a', () => 'b', 10, 50, 200)).toBe(50)
    expect(fittingWidth('a', () => 'x'.repeat(100), 10, 50, 200)).toBe(200)
  })
  it('keep the wanted order', () => {
    expect(inOrder([{ id: 'a' }, { id: 'b' }, { id: 'c' }], ['c']).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
  })
})

describe('the rows of the Runs page', () => {
  const sortable = (runs: RunsTable): Map<string, Values> => new Map(runs.columns)
  it('come newest first, without the baseline', () => {
    const runs = table()
    expect([...orderRows(runs, sortable(runs), [], null)]).toEqual([2, 1, 0])
    expect([...orderRows(runs, sortable(runs), [], 2)]).toEqual([1, 0])
    expect([0, 1, 2].map((row) => isArchived(runs, row))).toEqual([false, true, false])
  })
  it('sort by several columns, names as people count', () => {
    const runs = table()
    expect([...orderRows(runs, sortable(runs), ['name'], null)]).toEqual([2, 0, 1])
    expect([...orderRows(runs, sortable(runs), ['experiment', `-${ES}`], null)]).toEqual([2, 1, 0])
    expect([...orderRows(runs, sortable(runs), ['no such column'], null)]).toEqual([0, 1, 2])
  })
  it('of running runs last until now', () => {
    expect([...durations(table(), 260).values]).toEqual([50, 60, 10])
  })
})
