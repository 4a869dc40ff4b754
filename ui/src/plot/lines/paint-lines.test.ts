import { describe, expect, it } from 'vitest'
import { line } from './lines.fixture'
import { HAIRLINE_ABOVE, lineWidth } from './paint-lines'

describe('lineWidth', () => {
  it('is one device pixel when lines are many', () => {
    const many = Array.from({ length: HAIRLINE_ABOVE + 1 }, () => line([0], [0]))
    expect(lineWidth(many, many[0]!, 2)).toBe(0.5)
    expect(lineWidth(many.slice(1), many[0]!, 2)).toBe(1.5)
    expect(lineWidth([], line([0], [0], { run: null }), 2)).toBe(2)
  })
})
