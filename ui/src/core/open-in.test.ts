import { describe, expect, it } from 'vitest'
import { idsExpression, MOST_IDS, openUrl, selectionOf, whyNot } from './open-in'

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `run${at}`)

describe('a selection as an address', () => {
  it('names runs picked by hand', () => {
    expect(idsExpression(['a', 'b-1'])).toBe('run.id in ["a", "b-1"]')
    expect(new URLSearchParams(openUrl('metrics', { ids: ['a'] }).split('?')[1]).get('q')).toBe('run.id in ["a"]')
  })
  it('takes the query where all that it matches is selected', () => {
    expect(selectionOf(['a', 'b'], 2, 'run.hparams.lr > 1')).toEqual({ query: 'run.hparams.lr > 1' })
    expect(selectionOf(['a', 'b'], 3, 'run.hparams.lr > 1')).toEqual({ ids: ['a', 'b'] })
    expect(openUrl('params', { query: '' })).toBe('/params')
  })
  it('lists the runs to compare', () => {
    expect(openUrl('compare', { ids: ['b', 'a'] })).toBe('/compare?id=b&id=a')
  })
})

describe('a selection that cannot be opened', () => {
  it('has too many runs picked by hand', () => {
    expect(whyNot('metrics', { ids: many(MOST_IDS) })).toBeNull()
    expect(whyNot('metrics', { ids: many(MOST_IDS + 1) })).toContain('500')
    expect(whyNot('metrics', { query: '' })).toBeNull()
  })
  it('has too few or too many to compare', () => {
    expect(whyNot('compare', { ids: ['a'] })).not.toBeNull()
    expect(whyNot('compare', { ids: many(8) })).toBeNull()
    expect(whyNot('compare', { ids: many(9) })).toContain('8')
    expect(whyNot('compare', { query: '' })).not.toBeNull()
  })
})
