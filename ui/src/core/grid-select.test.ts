import { describe, expect, it } from 'vitest'
import { added, share, toggled } from './grid-select'

describe('a selection', () => {
  it('takes in a group at once and lets it go at once', () => {
    expect([...toggled(new Set(['a']), ['a', 'b'])]).toEqual(['a', 'b'])
    expect([...toggled(new Set(['a', 'b', 'c']), ['a', 'b'])]).toEqual(['c'])
  })
  it('is not changed itself', () => {
    const before = new Set(['a'])
    added(before, ['b'])
    toggled(before, ['a'])
    expect([...before]).toEqual(['a'])
  })
  it('holds none, some or all of a group', () => {
    expect(share(new Set(), ['a'])).toBe('none')
    expect(share(new Set(['a']), ['a', 'b'])).toBe('some')
    expect(share(new Set(['a', 'b']), ['a', 'b'])).toBe('all')
    expect(share(new Set(['x']), ['a', 'b'])).toBe('none')
  })
})
