import { describe, expect, it } from 'vitest'
import { metricExpression } from '../../core/run-columns'
import type { Context, MetricPicker, ParamPicker, Pickers } from '../../core/wire'
import { numbers, spread } from '../../plot/axes/testing'
import { axisGroups, withReducer } from './axis-picker'
import { axisNames, defaultMetrics, defaultParams, isSeed, metricCandidates } from './axes'

const param = (path: string, distinct: number, kinds = ['float'], runs = 100): ParamPicker => ({
  path,
  expression: `run.${path}`,
  distinct,
  kinds,
  runs,
  values: [],
})
const metric = (name: string, contexts: Context[], rest: Partial<MetricPicker> = {}): MetricPicker => ({
  name,
  kind: 'float',
  runs: 100,
  goal: 'max',
  contexts: contexts.map((context) => ({ context, runs: 100 })),
  ...rest,
})
const last = (name: string, context: Context): string => metricExpression({ name, context, reducer: 'last' })
const f1 = (lang: string, subset = 'dev'): string => last('f1', { lang, subset })

const pickers: Pickers = {
  experiments: [],
  tags: [],
  params: [
    param('batch', 1),
    param('debug', 2, ['bool']),
    param('dropout', 2),
    param('epochs', 3, ['int']),
    param('hparams.seed', 5, ['int']),
    param('langs', 3, ['list']),
    param('lr', 6),
    param('out.path', 98, ['str']),
    param('technique', 3, ['str']),
  ],
  metrics: [
    metric('system.cpu', [{}], { runs: 200 }),
    metric('loss', [{ subset: 'train' }], { goal: 'min' }),
    metric('f1', [
      { lang: 'de', subset: 'dev' },
      { lang: 'de', subset: 'test' },
      { lang: 'en', subset: 'dev' },
    ]),
  ],
}

describe('defaultParams', () => {
  it('takes what varies, most telling first, without seeds, lists and paths', () => {
    expect(defaultParams(pickers.params)).toEqual(['run.lr', 'run.epochs', 'run.technique', 'run.dropout'])
  })

  it('knows a seed by its name', () => {
    expect(['seed', 'hparams.seed', 'data_seed', 'Seed'].every(isSeed)).toBe(true)
    expect(['seeds', 'reseed', 'seed.value'].some(isSeed)).toBe(false)
  })
})

describe('metricCandidates', () => {
  it('takes the most common metric without the splits on which nobody should choose', () => {
    expect(metricCandidates(pickers.metrics)).toEqual([f1('de'), f1('en')])
  })

  it('takes what there is where nothing else is', () => {
    expect(metricCandidates([metric('loss', [{ subset: 'train' }])])).toEqual([last('loss', { subset: 'train' })])
    expect(metricCandidates([])).toEqual([])
  })
})

describe('defaultMetrics', () => {
  const entries = ['a', 'b', 'c', 'd', 'e', 'f'].map((lang) => f1(lang))
  const columns = new Map(
    entries.map((entry, i) => [entry, numbers(spread(20, i === 3 ? 0.8 : 0.1, i === 3 ? 0.9 : 0.2 + i / 10))]),
  )

  it('takes those with the most spread, and last the one with the best median', () => {
    expect(defaultMetrics(entries, columns, 'max')).toEqual([f1('b'), f1('c'), f1('e'), f1('f'), f1('d')])
  })

  it('knows that a low loss is better', () => {
    expect(defaultMetrics(entries, columns, 'min').at(-1)).toBe(f1('a'))
  })

  it('leaves out a metric without values', () => {
    expect(defaultMetrics([f1('x'), f1('a')], new Map([...columns, [f1('x'), numbers([NaN, null])]]), 'max')).toEqual([
      f1('a'),
    ])
    expect(defaultMetrics([f1('x')], new Map(), 'max')).toEqual([])
  })
})

describe('axisNames', () => {
  it('puts what differs into the title and what is shared into the note', () => {
    const names = axisNames(['run.hparams.lr', f1('de'), f1('en')], pickers)
    expect(names.map(({ title, note }) => [title, note])).toEqual([
      ['lr', ''],
      ['f1 de', 'dev, last ↑'],
      ['f1 en', 'dev, last ↑'],
    ])
  })

  it('says all of the context that differs, and the direction of each metric', () => {
    const names = axisNames([f1('de'), last('loss', { subset: 'train' })], pickers)
    expect(names.map(({ title, note }) => [title, note])).toEqual([
      ['f1 de, dev', 'last ↑'],
      ['loss train', 'last ↓'],
    ])
  })

  it('takes whole paths where the ends are the same', () => {
    expect(axisNames(['run.a.name', 'run.b.name'], pickers).map((name) => name.title)).toEqual(['a.name', 'b.name'])
  })

  it('keeps a lone metric short', () => {
    expect(axisNames([f1('de')], pickers)[0]).toMatchObject({ title: 'f1', note: 'de, dev, last ↑', goal: 'max' })
  })
})

describe('axisGroups', () => {
  it('starts with the params that vary and ends with system metrics', () => {
    const groups = axisGroups(pickers, [])
    expect(groups[0]?.items.map((item) => item.label)).toEqual([
      'out.path',
      'lr',
      'hparams.seed',
      'epochs',
      'technique',
      'dropout',
      'debug',
    ])
    expect(groups.map((group) => group.title)).toEqual([
      'Params that vary',
      'loss ↓',
      'f1 ↑',
      'Run',
      'Params that are the same in all runs',
      'system.cpu ↑',
    ])
  })

  it('lists a chosen metric with the reducer it has', () => {
    const best = withReducer(f1('de'), 'best')
    const ids = axisGroups(pickers, [best]).flatMap((group) => group.items.map((item) => item.id))
    expect(ids).toContain(best)
    expect(ids).not.toContain(f1('de'))
    expect(ids).toContain(f1('en'))
  })

  it('is empty until the pickers are there', () => {
    expect(axisGroups(undefined, [])).toEqual([])
  })
})

describe('withReducer', () => {
  it('changes metrics alone', () => {
    expect(withReducer(f1('de'), 'max')).toBe('run.metrics["f1", {"lang": "de", "subset": "dev"}].max')
    expect(withReducer('run.lr', 'max')).toBe('run.lr')
  })
})
