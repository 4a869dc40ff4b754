import { describe, expect, it } from 'vitest'
import { suggest } from './suggest'
import { PICKERS } from './testing'

const texts = (before: string): string[] => suggest(before, before.length, PICKERS)?.items.map(({ text }) => text) ?? []

describe('suggestions', () => {
  it('name the roots, then params and properties', () => {
    expect(texts('ru')).toEqual(['run.'])
    expect(texts('run.hpa')).toEqual(['run.hparams.lr', 'run.hparams.optim.name'])
    expect(texts('run.lr')).toEqual(['run.hparams.lr'])
    expect(texts('x > 1 and run.stat')).toEqual(['run.status'])
  })
  it('give the values of what stands before an operator', () => {
    expect(texts('run.hparams.optim.name == ')).toEqual(['"adam"', '"sgd"'])
    expect(texts('run.hparams.optim.name == "s')).toEqual(['"sgd"'])
    expect(texts('run.debug == ')).toEqual(['False'])
    expect(texts('metric.context.lang != ')).toEqual(['"de"', '"es"'])
    expect(texts('run.status == "f')).toEqual(['"finished"', '"failed"'])
  })
  it('complete metrics and tags', () => {
    expect(texts('run.metrics["f')).toEqual(['"f1"].last'])
    expect(texts('"la')).toEqual(['"lab" in run.tags'])
  })
  it('are silent inside a finished name and inside strings', () => {
    expect(texts('run.hparams.lr')).toEqual([])
    expect(texts('run.name == "run')).toEqual([])
  })
  it('say which characters they replace', () => {
    expect(suggest('a and run.stat', 14, PICKERS)).toMatchObject({ start: 6, end: 14 })
  })
})
