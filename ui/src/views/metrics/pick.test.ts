import { describe, expect, it } from 'vitest'
import { PICKERS } from '../../core/testing'
import { chosenValues, choiceOf, keysOf, pickList, replaceOf, selectorsOf, toggleValue } from './pick'

const f1 = PICKERS.metrics[0]!
const names = (search: string): string[] => pickList(PICKERS, search).metrics.map(({ metric }) => metric.name)

describe('the list of metrics', () => {
  it('leaves out what has no points, and sets system metrics apart', () => {
    expect(names('')).toEqual(['f1', 'loss'])
    expect(pickList(PICKERS, '').system.map(({ metric }) => metric.name)).toEqual(['system.cpu'])
  })
  it('is narrowed by words, globs and patterns, and by contexts', () => {
    expect(names('lo')).toEqual(['loss'])
    expect(names('l*')).toEqual(['loss'])
    expect(names('/^(f|l)/')).toEqual(['f1', 'loss'])
    expect(names('*{subset=dev}')).toEqual(['f1'])
    expect(pickList(PICKERS, 'f1 es').metrics[0]?.contexts).toHaveLength(1)
    expect(pickList(PICKERS, 'f1 de').metrics[0]?.contexts).toHaveLength(2)
    expect(pickList(PICKERS, 'f1 d').metrics[0]?.contexts).toHaveLength(3)
  })
  it('gives patterns as selectors that take what comes later', () => {
    expect(pickList(PICKERS, 'l*').selector).toBe('l*')
    expect(pickList(PICKERS, '*{subset=dev}').selector).toBe('*{"subset": "dev"}')
    expect(pickList(PICKERS, '/^l/').selector).toBe('re:^l')
    expect([pickList(PICKERS, 'loss').selector, pickList(PICKERS, '/(/').selector]).toEqual([null, null])
  })
  it('gives what it shows as selectors, whole or by context', () => {
    expect(selectorsOf(pickList(PICKERS, '/./'))).toEqual(['f1', 'loss', 'system.cpu'])
    expect(selectorsOf(pickList(PICKERS, 'es'))).toEqual(['f1{"lang": "es", "subset": "dev"}'])
  })
})

describe('choosing contexts', () => {
  it('offers the keys in which they differ', () => {
    expect([...keysOf(f1)]).toEqual([['lang', ['de', 'es']], ['subset', ['dev', 'test']]])
    expect([...keysOf(PICKERS.metrics[1]!)]).toEqual([])
  })
  it('takes every combination of the chosen values that is tracked', () => {
    let selected = toggleValue(['loss'], f1, 'lang', 'de')
    expect(selected).toEqual(['loss', 'f1{"lang": "de"}'])
    selected = toggleValue(selected, f1, 'lang', 'es')
    selected = toggleValue(selected, f1, 'subset', 'test')
    expect(selected).toEqual(['loss', 'f1{"lang": "de", "subset": "test"}'])
    expect(chosenValues(selected, 'f1').get('subset')).toEqual(new Set(['"test"']))
  })
  it('takes a value back, and the metric with the last one', () => {
    expect(toggleValue(['f1{"lang": "de"}', 'loss'], f1, 'lang', 'de')).toEqual(['loss'])
    expect(toggleValue(['f1', 'loss'], f1, 'lang', 'de')).toEqual(['f1{"lang": "de"}', 'loss'])
  })
  it('says how much of a metric is chosen', () => {
    expect([choiceOf(['f1'], f1), choiceOf(['f1{"lang": "de"}'], f1), choiceOf(['loss'], f1)]).toEqual(['all', 'some', 'none'])
    expect(replaceOf(['a', 'f1', 'b'], 'f1', ['x', 'y'])).toEqual(['a', 'x', 'y', 'b'])
  })
})
