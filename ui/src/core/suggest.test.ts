import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suggest } from './suggest'
import { PICKERS } from './testing'

const texts = (before: string): string[] => suggest(before, before.length, PICKERS)?.items.map(({ text }) => text) ?? []

describe('suggestions', () => {
  it('name the roots, then params and properties', () => {
    expect(texts('ru')[0]).toBe('run.')
    expect(texts('run.hpa')).toEqual(['run.hparams.lr', 'run.hparams.optim.name'])
    expect(texts('run.lr')).toEqual(['run.hparams.lr'])
    expect(texts('x > 1 and run.stat')).toEqual(['run.status'])
  })
  it('find params, metrics and functions by any part of their name', () => {
    expect(texts('lr')).toEqual(['run.hparams.lr'])
    expect(texts('f1')).toEqual(['run.metrics["f1"].last'])
    expect(texts('run.debug and ha')).toContain('has(')
    expect(texts('not opti')).toEqual(['run.hparams.optim.name'])
  })
  it('give the values of what stands before an operator', () => {
    expect(texts('run.hparams.optim.name == ')).toEqual(['"adam"', '"sgd"'])
    expect(texts('run.hparams.optim.name == "s')).toEqual(['"sgd"'])
    expect(texts("run.hparams.optim.name == 's")).toEqual(['"sgd"'])
    expect(texts('run.debug == ')).toEqual(['False'])
    expect(texts('run.hparams.lr > 0.00')).toContain('0.001')
    expect(texts('metric.context.lang != ')).toEqual(['"de"', '"es"'])
    expect(texts('run.status == "f')).toEqual(['"finished"', '"failed"'])
    expect(texts('texts.name == ')).toEqual(['"sample"'])
  })
  it('give values inside a list behind in', () => {
    expect(texts('run.hparams.optim.name in (')).toEqual(['"adam"', '"sgd"'])
    expect(texts('run.hparams.optim.name not in ["adam", "s')).toEqual(['"sgd"'])
    expect(texts('run.experiment in ("pos" ')).toEqual([', ', ')'])
    expect(texts('run.status in ')).toEqual(['('])
  })
  it('complete metrics, their contexts and their numbers', () => {
    expect(texts('run.metrics["f')).toEqual(['"f1"].last', '"f1", {'])
    expect(texts('run.metrics["f1", ')).toEqual(['{'])
    expect(texts('run.metrics["f1", {')).toEqual(['"lang": ', '"subset": '])
    expect(texts('run.metrics["f1", {"lang": "')).toEqual(['"de"', '"es"'])
    expect(texts('run.metrics["f1", {"lang": "es", "subset": ')).toEqual(['"dev"'])
    expect(texts('run.metrics["f1", {"lang": "es", ')).toEqual(['"subset": '])
    expect(texts('run.metrics["f1", {"lang": "es" ')).toEqual(['}].last', ', '])
    expect(texts('run.metrics["f1", {"lang": "es"}].b')).toEqual(['best', 'argbest'])
    expect(texts('run.metrics["f1"].')).toContain('last')
  })
  it('complete tags', () => {
    expect(texts('"la')).toEqual(['"lab" in run.tags'])
    expect(texts('"lab" in ')).toEqual(['run.tags', 'run.metrics'])
  })
  it('offer operators behind an operand, and words of logic behind a comparison', () => {
    expect(texts('run.hparams.lr ')).toContain('>')
    expect(texts('run.hparams.optim.name ')).not.toContain('>')
    expect(texts('run.hparams.lr > 1 ')).toEqual(['and', 'or'])
    expect(texts('run.hparams.lr > 1 a')).toEqual(['and'])
    expect(texts('(run.hparams.lr > 1 or run.debug ')).toContain('==')
  })
  it('are silent inside a finished name and inside strings', () => {
    expect(texts('run.hparams.lr')).toEqual([])
    expect(texts('run.name == "run')).toEqual([])
  })
  it('say which characters they replace', () => {
    expect(suggest('a and run.stat', 14, PICKERS)).toMatchObject({ start: 6, end: 14 })
  })
  it('never fail, and replace what is typed alone', () => {
    const part = fc.constantFrom('run.', 'run.metrics[', '"f1"', ', ', '{', '}', ']', '(', ')', '"lang"', ': ', ' in ', 'run.status', '==', ' ', 'x', '.', '"', '1e', 'not ')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const found = suggest(text, text.length, PICKERS)
        if (found) expect(found.start <= found.end && found.end === text.length).toBe(true)
      }),
    )
  })
})
