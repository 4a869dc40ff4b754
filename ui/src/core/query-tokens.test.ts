import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isClosed, tokenize } from './query-tokens'

const kinds = (text: string): string =>
  tokenize(text)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text }) => `${kind}:${text}`)
    .join(' ')

describe('tokens of an expression', () => {
  it('are names, words, signs, numbers and texts', () => {
    expect(kinds('run.hparams.lr >= 1e-4 and not "lab" in run.tags')).toBe(
      'name:run.hparams.lr sign:>= number:1e-4 word:and word:not text:"lab" word:in name:run.tags',
    )
    expect(kinds("has(run.a) or run.größe == 'x'")).toBe("call:has sign:( name:run.a sign:) word:or name:run.größe sign:== text:'x'")
  })
  it('keep what is half typed', () => {
    expect(kinds('run.')).toBe('name:run.')
    expect(kinds('run.name == "a')).toBe('name:run.name sign:== text:"a')
    expect(kinds('run.lr > 1e-')).toBe('name:run.lr sign:> number:1e-')
    expect(kinds('a ? b')).toBe('name:a odd:? name:b')
  })
  it('cover any text without a gap', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenize(text).map((token) => token.text).join('')).toBe(text)
      }),
    )
  })
  it('know whether a text has ended', () => {
    const closed = (text: string): boolean => isClosed(tokenize(text)[0]!)
    expect([closed('"a"'), closed('"a'), closed('"'), closed('"a\\"'), closed('"a\\\\"')]).toEqual([true, false, false, false, true])
  })
})
