import { describe, expect, it } from 'vitest'
import { expressionKey, foldedParams, groupingKeys, groupLabel, isExpression, isReversed, keyName, keysText, powerLabel } from './keys'
import { pickers } from './metrics.fixture'

describe('groupingKeys', () => {
  it('lists what varies first, and no context of system metrics', () => {
    const groups = groupingKeys(pickers)
    expect(groups.map((group) => group.title)).toEqual(['Params that vary', 'Metric', 'Run', 'Constant params'])
    expect(groups[0]!.items.map((item) => item.id)).toEqual(['run.hparams.lr', 'run.hparams.seed', 'run.hparams.optim'])
    expect(groups[1]!.items).toEqual([
      { id: 'metric.name', label: 'metric' },
      { id: 'metric.context.lang', label: 'lang', note: '3 values' },
      { id: 'metric.context.subset', label: 'subset', note: '2 values' },
    ])
  })
})

describe('names', () => {
  it('are the last part of a key', () => {
    expect(['run.hparams.lr', 'metric.context.lang', 'metric.name', 'run.name'].map(keyName)).toEqual(['lr', 'lang', 'metric', 'run'])
  })

  it('say what a control holds', () => {
    expect(keysText([])).toBe('none')
    expect(keysText(['run.hparams.lr', 'run.batch'])).toBe('lr, batch')
    expect(keysText(['-run.hparams.seed'])).toBe('all but seed')
  })

  it('of groups are bare values while one key makes them', () => {
    expect(groupLabel({ label: '0.0001', key: { 'run.lr': 0.0001 } })).toBe('1e−4')
    expect(groupLabel({ label: '', key: { 'run.lr': null } })).toBe('none')
    expect(groupLabel({ label: '', key: { 'run.debug': true } })).toBe('debug true')
    expect(groupLabel({ label: '', key: { 'run.optim': 'adam', 'run.dropout': 0.4 } })).toBe('adam, dropout .4')
    expect(groupLabel(undefined)).toBe('')
  })

  it('of a log scale are powers', () => {
    expect([1e-4, 0.03].map(powerLabel)).toEqual(['1e−4', '3e−2'])
  })
})

describe('foldedParams', () => {
  const varying = ['run.hparams.lr', 'run.hparams.seed', 'run.technique']
  it('are those in no key', () => {
    expect(foldedParams(varying, ['run.hparams.lr', 'metric.context.lang'])).toEqual(['seed', 'technique'])
  })

  it('are those left out by a reversed key', () => {
    expect(foldedParams(varying, ['-run.hparams.seed', 'metric.context.lang'])).toEqual(['seed'])
  })
})

describe('keys that are computed', () => {
  it('are told from those of the list and named by what they say', () => {
    expect(isExpression('run.hparams.lr > 0.001')).toBe(true)
    expect(isExpression('"lab" in run.tags')).toBe(true)
    expect(['run.hparams.lr', 'run["batch-size"]', 'run["a", "b"]', 'metric.context.lang', 'tag:lab', 'run.created_at.date()'].some(isExpression)).toBe(false)
    expect(keyName('run.hparams.lr > 0.001')).toBe('lr > 0.001')
    expect(keyName('run.metrics["f1"].max > 0.7')).toBe('run.metrics["f1"].max > 0.7')
    expect([keyName('tag:lab'), keyName('run.created_at.date()')]).toEqual(['tag lab', 'day'])
  })
  it('are marked where they begin like a reversed key', () => {
    expect(expressionKey(' -run.hparams.lr ')).toBe('expr:-run.hparams.lr')
    expect(keyName('expr:-run.hparams.lr')).toBe('-lr')
    expect(isReversed(['expr:-run.hparams.lr'])).toBe(false)
  })
  it('of tags keep the words of the server', () => {
    expect(groupLabel({ label: 'not lab', key: { 'tag:lab': false } })).toBe('not lab')
  })
})
