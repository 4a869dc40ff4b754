import { describe, expect, it } from 'vitest'
import { longColumn, metricExpression, paramPath, paramTitles, parseMetricExpression, reducerText, shortColumn, shortParam } from './run-columns'

describe('metric columns', () => {
  const column = { name: 'f1 "odd"', context: { lang: 'de' }, reducer: 'best' as const }
  it('are expressions of the query language and read back', () => {
    expect(metricExpression(column)).toBe('run.metrics["f1 \\"odd\\"", {"lang": "de"}].best')
    expect(parseMetricExpression(metricExpression(column))).toEqual(column)
  })
  it('leave every other expression alone', () => {
    for (const text of ['run.hparams.lr', 'run.metrics["f1"].last - run.metrics["f1"].first', 'max(run.a)'])
      expect(longColumn(shortColumn(text))).toBe(text)
  })
})

describe('param paths', () => {
  it('are read from both forms of an expression', () => {
    expect(paramPath('run.hparams.lr')).toBe('hparams.lr')
    expect(paramPath('run["optim", "batch-size"]')).toBe('optim.batch-size')
    expect(shortParam('run["naïve", "ключ"]')).toBe('ключ')
  })
  it('leave other expressions alone', () => {
    for (const text of ['run["a"] + run["b"]', 'max(run.a)']) expect(paramPath(text)).toBe(text)
  })
})

describe('param titles', () => {
  it('are the last part unless two would read the same', () => {
    const titles = paramTitles(['hparams.lr', 'optim.name', 'model.name'])
    expect([...titles.values()]).toEqual(['lr', 'optim.name', 'model.name'])
  })
})

describe('the value at a step', () => {
  const expression = 'run.metrics["f1", {"lang": "de"}].at(100)'
  it('reads and writes like any other', () => {
    expect(parseMetricExpression(expression)).toEqual({ name: 'f1', context: { lang: 'de' }, reducer: 'at(100)' })
    expect(shortColumn(expression)).toBe('at(100)(f1{lang=de})')
    expect(longColumn('-at(100)(f1{lang=de})')).toBe(`-${expression}`)
    expect(longColumn('at(x)(f1)')).toBe('at(x)(f1)')
    expect(reducerText('at(100)')).toBe('at step 100')
  })
})
