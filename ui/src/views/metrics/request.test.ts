import { describe, expect, it } from 'vitest'
import { queryString } from '../../core/api'
import { state } from './metrics.fixture'
import { activeKeys, groupKey, isGroupKey, linesQuery, wantedLines } from './request'

const asked = (search: string): URLSearchParams => {
  const view = state(search)
  return new URLSearchParams(queryString(linesQuery(view, wantedLines(view))))
}

describe('linesQuery', () => {
  it('asks for one chart a metric unless told otherwise', () => {
    expect(asked('?m=f1').getAll('chart')).toEqual(['metric.name'])
    expect(asked('?m=f1&ch=metric.context.lang').getAll('chart')).toEqual(['metric.context.lang'])
    expect(asked('?m=f1&ch=all').getAll('chart')).toEqual([])
  })

  it('carries metrics, expression, keys and range', () => {
    const query = asked('?q=run.lr>1&m=f1{lang=de}&m=loss&c=run.lr&s=-run.seed&xmin=2&xmax=9&sm=ema:0.6')
    expect(query.getAll('m')).toEqual(['f1{"lang": "de"}', 'loss'])
    expect(query.get('q')).toBe('run.lr>1')
    expect([query.getAll('color'), query.getAll('stroke')]).toEqual([['run.lr'], ['-run.seed']])
    expect([query.get('xmin'), query.get('xmax'), query.get('smooth')]).toEqual(['2', '9', 'ema:0.6'])
  })
})

describe('a channel that is switched off', () => {
  it('keeps its keys and is asked for without them', () => {
    const query = asked('?m=f1&c=run.lr&s=run.seed&ch=metric.context.lang&off=c&off=ch')
    expect([query.getAll('color'), query.getAll('stroke'), query.getAll('chart')]).toEqual([[], ['run.seed'], ['metric.name']])
    expect(activeKeys(state('?c=run.lr&off=c'), 'c')).toEqual([])
    expect(wantedLines(state('?c=run.lr&off=c')).folds).toBe(false)
  })
})

describe('points and raw values', () => {
  it('are asked for as the view says', () => {
    expect(asked('?m=f1').get('points')).toBe('1000')
    expect(asked('?m=f1&pts=exact').get('points')).toBe('0')
    expect(asked('?m=f1&pts=100&raw=1').get('raw')).toBe(null)
    expect(asked('?m=f1&raw=1&sm=ema:0.6').get('raw')).toBe('1')
    expect(asked('?m=f1&sm=nonsense').get('smooth')).toBe('none')
  })
})

describe('wantedLines', () => {
  it('asks for folded lines when they are drawn or the table groups by them', () => {
    expect(wantedLines(state('?fold=1'))).toEqual({ folds: true, traces: false })
    expect(wantedLines(state('?c=run.lr'))).toEqual({ folds: true, traces: true })
    expect(wantedLines(state('?c=run.lr&table=0'))).toEqual({ folds: false, traces: true })
    expect(wantedLines(state(''))).toEqual({ folds: false, traces: true })
  })

  it('asks for single runs behind folds only once something shows them', () => {
    const key = groupKey('0.1', '')
    expect(wantedLines(state('?fold=1&tr=1')).traces).toBe(true)
    expect(wantedLines(state(`?fold=1&open=${key}`)).traces).toBe(true)
    expect(wantedLines(state(`?fold=1&open=${key}&table=0`)).traces).toBe(false)
    expect(wantedLines(state('?fold=1&pin=4f00')).traces).toBe(true)
    expect(wantedLines(state(`?fold=1&pin=${key}`)).traces).toBe(false)
  })
})

describe('groupKey', () => {
  it('cannot be taken for a run id', () => {
    expect(groupKey('0.1', 'adam')).toBe('=0.1|adam')
    expect([isGroupKey('=0.1'), isGroupKey('4f00')]).toEqual([true, false])
  })
})
