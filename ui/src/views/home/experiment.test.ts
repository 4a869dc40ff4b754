import { expect, it } from 'vitest'
import { readRuns } from '../../core/runs-table'
import { metricViews, paramViews } from '../../core/runs-view'
import { PICKERS, runsArrow } from '../../core/testing'
import { bestOf, spreadText } from './experiment'

const F1 = 'run.metrics["f1", {"lang": "de", "subset": "dev"}].best'
const LOSS = 'run.metrics["loss", {"subset": "train"}].best'
const NONE = 'run.metrics["f1", {"lang": "es", "subset": "dev"}].best'
const params = ['run.hparams.lr', 'run.hparams.optim.name']
const table = readRuns(
  runsArrow(
    {
      id: ['a', 'b', 'c'],
      name: ['A', 'B', 'C'],
      status: ['finished', 'finished', 'failed'],
      tags: ['[]', '[]', '[]'],
      [F1]: [0.7, 0.9, 0.9],
      [LOSS]: [0.3, Number.NaN, 0.5],
      [NONE]: [Number.NaN, Number.NaN, Number.NaN],
      [params[0] as string]: [1e-4, 1e-2, 1e-3],
      [params[1] as string]: ['sgd', 'adam', 'sgd'],
    },
    { columns: params.map((name) => ({ name, kind: 'param', type: 'number', varying: true, goal: null })) },
  ),
)

it('names the best run of each metric that was tracked, by its goal', () => {
  const reached = bestOf(metricViews(table, [F1, LOSS, NONE], PICKERS.metrics))
  expect(reached.map(({ metric, row, runs }) => [metric.metric.name, table.id(row), runs])).toEqual([
    ['f1', 'b', 3],
    ['loss', 'a', 2],
  ])
})

it('says how far params reach', () => {
  const rows = Uint32Array.of(0, 1, 2)
  expect(paramViews(table).map((param) => spreadText(param, rows))).toEqual(['1e−4 – 1e−2', 'adam, sgd'])
})
