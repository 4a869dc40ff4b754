import { describe, expect, it } from 'vitest'
import { ApiError } from './api'
import { inReadersWords, shelfQuery } from './runs-query'

describe('the shelf of the Runs page', () => {
  it('joins the expression as a whole', () => {
    expect(shelfQuery('a or b', 'archived')).toBe('run.archived and (a or b)')
    expect(shelfQuery(' ', 'archived')).toBe('run.archived')
    expect(shelfQuery('a', 'active')).toBe('a')
    expect(shelfQuery('a', 'deleted')).toBe('a')
  })
  it('does not move the place of an error', () => {
    const sent = shelfQuery('run.lr > nothing', 'archived')
    const at = sent.indexOf('nothing')
    const error = inReadersWords(new ApiError('No such name.', 'unknown-name', 400, at, at + 7), 'archived')
    expect(error instanceof ApiError && 'run.lr > nothing'.slice(error.start ?? 0, error.end ?? 0)).toBe('nothing')
    const other = new Error('x')
    expect(inReadersWords(other, 'archived')).toBe(other)
  })
})
