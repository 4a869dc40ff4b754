import { describe, expect, it } from 'vitest'
import type { LineRow } from './lines'
import { runCharts } from './run-charts'
import { contextJson } from './selector'
import type { Context } from './wire'

function row(name: string, context: Context): LineRow {
  const none = new Float64Array()
  const shared = { kind: 'trace', run: 'r', chart: 0, color: 0, stroke: 0, runs: 1, raw: null,
  lo: null, hi: null, n: null } as const
  const counts = { nNan: 0, nInf: 0, points: 0, status: 'finished' } as const
  return { ...shared, ...counts, name, context: contextJson(context), x: none, y: new Float32Array(), nonfiniteX: none, nonfiniteY: new Float32Array() }
}

describe('the charts of a run', () => {
  it('lay the contexts that vary most over each other and split the rest', () => {
    const rows = ['test', 'dev'].flatMap((subset) => ['de', 'en', 'es', 'fr'].map((lang) => row('f1', { lang, subset })))
    const { charts, groups } = runCharts(rows)
    expect(charts.map(({ title, note }) => `${title} ${note}`)).toEqual(['f1 dev', 'f1 test'])
    expect(charts[0]?.series.map(({ label }) => label)).toEqual(['de', 'en', 'es', 'fr'])
    expect(groups).toEqual(['de', 'en', 'es', 'fr'])
  })
  it('keep a few lines together', () => {
    const rows = [row('loss', { subset: 'train' }), row('loss', { subset: 'dev' })]
    expect(runCharts(rows).charts.map(({ series }) => series.map(({ label }) => label))).toEqual([['train', 'dev']])
  })
  it('give a context the same place in every chart', () => {
    const rows = [row('a', { gpu: 10 }), row('a', { gpu: 2 }), row('b', { gpu: 10 }), row('b', { gpu: 2 })]
    const { charts, groups } = runCharts(rows)
    expect(groups).toEqual(['2', '10'])
    expect(charts.map(({ series }) => series.map(({ group }) => group))).toEqual([[1, 0], [1, 0]])
  })
})
