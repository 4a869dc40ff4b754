import { describe, expect, it } from 'vitest'
import { contextJson, contextLabel, differingKey, nameText, parseSelector, regexOf, selectorText, shortSelector } from './selector'
import type { Context } from './wire'

describe('selectors', () => {
  it('are read in the short and the JSON form', () => {
    const wanted = { name: 'f1', context: { lang: 'de', gpu: 0, best: true } }
    expect(parseSelector('f1{lang=de,gpu=0,best=true}')).toEqual(wanted)
    expect(parseSelector('f1{"lang": "de", "gpu": 0, "best": true}')).toEqual(wanted)
  })
  it('keep a name that only looks like one', () => {
    expect(parseSelector('odd{name')).toEqual({ name: 'odd{name', context: {} })
    expect(parseSelector('{}')).toEqual({ name: '{}', context: {} })
    expect(parseSelector('a{b}')).toEqual({ name: 'a{b}', context: {} })
  })
  it('by pattern keep its braces', () => {
    expect(parseSelector('re:^l{2}$')).toEqual({ name: 're:^l{2}$', context: {} })
    expect(parseSelector('re:^l{2}{"lang": "de"}')).toEqual({ name: 're:^l{2}', context: { lang: 'de' } })
    expect(shortSelector('re:^l{2}{"lang": "de"}')).toBe('re:^l{2}{"lang": "de"}')
    expect([regexOf('re:^l'), regexOf('loss'), nameText('re:^l'), nameText('l*')]).toEqual(['^l', null, '/^l/', 'l*'])
  })
  it('quote a name that has braces or begins with a quote, so that the server reads the same', () => {
    for (const name of ['norm{2}', 'a/b c"d\'e{f}', '"quoted"', 'a{"b": 1}', '{x}'])
      for (const context of [{}, { lang: 'de', fold: 1, dev: true }] as Context[]) {
        const text = selectorText({ name, context })
        expect(text.startsWith(JSON.stringify(name))).toBe(true)
        expect(parseSelector(text)).toEqual({ name, context })
        expect(parseSelector(shortSelector(text))).toEqual({ name, context })
      }
    expect(selectorText({ name: 're:a{2}', context: {} })).toBe('re:a{2}')
    expect(parseSelector('"a')).toEqual({ name: '"a', context: {} })
  })
  it('write context keys sorted', () => {
    expect(contextJson({ subset: 'dev', lang: 'de' })).toBe('{"lang": "de", "subset": "dev"}')
    expect(selectorText({ name: 'loss', context: {} })).toBe('loss')
  })
  it('stay in JSON where the short form would read differently', () => {
    expect(shortSelector('f1{"k": "1"}')).toBe('f1{"k": "1"}')
    expect(shortSelector('f1{"k": "a b"}')).toBe('f1{"k": "a b"}')
    expect(shortSelector('f1{"k": 1}')).toBe('f1{k=1}')
  })
  it('have a label of their values', () => {
    expect(contextLabel({ subset: 'dev', lang: 'de' })).toBe('de, dev')
  })
  it('name the one key in which contexts differ', () => {
    expect(differingKey([{ lang: 'de', subset: 'dev' }, { lang: 'es', subset: 'dev' }])).toBe('lang')
    expect(differingKey([{ lang: 'de', subset: 'dev' }, { lang: 'es', subset: 'test' }])).toBeUndefined()
    expect(differingKey([{ lang: 'de' }, {}])).toBe('lang')
    expect(differingKey([{ lang: 'de' }])).toBeUndefined()
  })
})
