import { describe, expect, it } from 'vitest'
import { queryString } from '../../core/api'
import { answer, row, state } from './metrics.fixture'
import { ownQueries, withOwn } from './own'
import { linesQuery, wantedLines } from './request'

const charts = (...labels: string[]) => ({ charts: labels.map((label) => ({ label, key: {} })) })

describe('ownQueries', () => {
  it('asks again only for what changes the points', () => {
    const view = state('?m=f1&cs=sm=ema:0.9@en&cs=ys=log,y=0..1@de&cs=x=2..5@zh&cs=sm=none@es')
    const own = ownQueries(view, queryString(linesQuery(view, wantedLines(view))), wantedLines(view))
    expect(own.map(([chart]) => chart)).toEqual(['en', 'zh'])
    expect(own[0]![1]).toContain('smooth=ema')
    expect(own[1]![1]).toMatch(/xmin=2&xmax=5/)
  })
})

describe('withOwn', () => {
  it('takes the lines of a chart from its own answer, wherever the chart stands there', () => {
    const all = answer([row({ run: 'a', chart: 0 }), row({ run: 'b', chart: 1 })], charts('de', 'en'))
    const own = answer([row({ run: 'smooth', chart: 0 })], charts('en'))
    expect(withOwn(all, new Map([['en', own]])).rows.map(({ run, chart }) => [chart, run])).toEqual([
      [0, 'a'],
      [1, 'smooth'],
    ])
    expect(withOwn(all, new Map())).toBe(all)
  })
})
