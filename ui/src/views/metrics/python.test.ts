import { describe, expect, it } from 'vitest'
import { metricQuery, pythonOf } from './python'

describe('metricQuery', () => {
  it('joins runs, metrics and contexts into one expression', () => {
    expect(metricQuery({ q: '', m: ['f1{"lang": "de"}'] })).toBe('metric.name == "f1" and metric.context.lang == "de"')
    expect(metricQuery({ q: 'run.lr > 1', m: ['f1', 'loss'] })).toBe('(run.lr > 1) and ((metric.name == "f1") or (metric.name == "loss"))')
    expect(metricQuery({ q: '', m: ['f1{"ok": true}'] })).toContain('== True')
    expect(metricQuery({ q: 'run.lr > 1', m: [] })).toBe('run.lr > 1')
  })

  it('writes patterns as regular expressions', () => {
    expect(metricQuery({ q: '', m: ['loss.*'] })).toBe('re.match("^loss\\\\..*$", metric.name)')
  })
})

describe('pythonOf', () => {
  it('is ready to run', () => {
    expect(pythonOf({ q: '', m: ['f1'] }).split('\n').at(-1)).toBe(`points = repo.metrics('metric.name == "f1"').to_pandas()`)
    expect(pythonOf({ q: "run.name == 'a'", m: ['f1'] })).toContain('repo.metrics("(run.name == \'a\')')
  })
})
