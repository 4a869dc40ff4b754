import { describe, expect, it } from 'vitest'
import { foldedParams, groupingKeys, groupLabel, keyName, keysText, powerLabel } from './keys'
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
