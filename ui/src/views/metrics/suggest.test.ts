import { describe, expect, it } from 'vitest'
import type { RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import { pickers } from './metrics.fixture'
import { candidates, firstView, suggestions } from './suggest'

const column = (values: number[]): { kind: 'number'; values: Float64Array } => ({ kind: 'number', values: Float64Array.from(values) })

describe('candidates', () => {
  it('take a usual context of every metric of people, dev before test', () => {
    expect(candidates(pickers).map(({ metric, column: name }) => [metric.name, name])).toEqual([
      ['f1', 'run.metrics["f1", {"lang": "de", "subset": "dev"}].last'],
      ['loss', 'run.metrics["loss"].last'],
    ])
  })
})

describe('suggestions', () => {
  it('put the metric first that tells runs apart most, and skip what no run has', () => {
    const [f1, loss] = candidates(pickers).map((candidate) => candidate.column)
    const table = (values: [string, number[]][]): RunsTable =>
      ({ columns: new Map(values.map(([name, list]) => [name, column(list)])) }) as unknown as RunsTable
    const found = suggestions(pickers, table([[f1!, [0.8, 0.81, 0.82, NaN]], [loss!, [1, 2, 3, 4]]]))
    expect(found.map((suggestion) => suggestion.metric.name)).toEqual(['loss', 'f1'])
    expect(found[1]).toMatchObject({ low: 0.8, high: 0.82, values: [0.8, 0.81, 0.82] })
    expect(suggestions(pickers, table([[f1!, [NaN]]]))).toEqual([])
  })
})

describe('firstView', () => {
  it('proposes charts by language, colours by learning rate, seeds folded', () => {
    const [f1] = candidates(pickers)
    expect(firstView({ ...f1!, values: Array<number>(13).fill(0.5) }, pickers)).toEqual({
      m: ['f1{"subset": "dev"}'],
      ch: ['metric.context.lang'],
      c: ['run.hparams.lr'],
      fold: true,
    })
  })

  it('colours by what groups runs, not by a result that each has of its own', () => {
    const result = { path: 'result.w', expression: 'run.result.w', runs: 9, kinds: ['float'], distinct: 9, values: [] }
    const [, loss] = candidates(pickers)
    const view = (params: Pickers['params']): unknown => firstView({ ...loss!, values: [1] }, { ...pickers, params }).c
    expect(view([...pickers.params, result])).toEqual(['run.hparams.lr'])
    expect(view([result])).toEqual(['run.result.w'])
  })

  it('draws few runs one by one', () => {
    const [, loss] = candidates(pickers)
    expect(firstView({ ...loss!, values: [1, 2, 3] }, pickers)).toEqual({ m: ['loss'], ch: [], c: ['run.hparams.lr'], fold: false })
  })
})
