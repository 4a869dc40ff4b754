import { describe, expect, it } from 'vitest'
import { meansValue, regexBody, searchPattern } from './search-pattern'

const NAMES = ['loss', 'val/loss', 'val/f1', 'train.loss']
const found = (text: string): string[] => NAMES.filter((name) => searchPattern(text).test(name))

describe('a search', () => {
  it('by words finds all of them in any order', () => {
    expect(found('loss val')).toEqual(['val/loss'])
    expect(found('')).toEqual(NAMES)
    expect(searchPattern('f1 de').test('f1', 'lang = de')).toBe(true)
  })
  it('by glob means the whole name', () => {
    expect(found('val/*')).toEqual(['val/loss', 'val/f1'])
    expect(found('*loss')).toEqual(['loss', 'val/loss', 'train.loss'])
    expect(found('val/f?')).toEqual(['val/f1'])
    expect(found('l.s*')).toEqual([])
    expect(found('[tv]*loss')).toEqual(['val/loss', 'train.loss'])
    expect(found('[!v]*')).toEqual(['loss', 'train.loss'])
  })
  it('by pattern means any part, and says when it is unfinished', () => {
    expect(found('/^(val|train)./')).toEqual(['val/loss', 'val/f1', 'train.loss'])
    expect(found('/loss$')).toEqual(['loss', 'val/loss', 'train.loss'])
    expect(searchPattern('/(/').error).toMatch(/cannot be read/)
    expect(found('/(/')).toEqual([])
    expect([regexBody('/a/'), regexBody('/a'), regexBody('/a\\//')]).toEqual(['a', 'a', 'a\\/'])
  })
})

describe('a value of a context', () => {
  it('is meant as the server means it', () => {
    expect([meansValue('de', 'de'), meansValue('de', 'den'), meansValue('d*', 'de'), meansValue('re:^d', 'de')]).toEqual([true, false, true, true])
    expect([meansValue(['de', 'es'], 'es'), meansValue(null, undefined), meansValue(null, 'de'), meansValue('*', 1), meansValue('*', undefined)]).toEqual([true, true, false, true, false])
    expect([meansValue(0, 0), meansValue(true, true), meansValue('0', 0)]).toEqual([true, true, false])
  })
})
