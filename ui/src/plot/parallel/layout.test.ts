import { describe, expect, it } from 'vitest'
import { axisOf, labels, numbers } from '../axes/testing'
import { layoutOf, leastWidth, MIN_GAP_PX, railText, tickLabels } from './layout'

describe('layout', () => {
  it('spaces axes evenly and scrolls rather than squeezes', () => {
    const { x, gap } = layoutOf(5, 1200, 400)
    expect(x[1]! - x[0]!).toBeCloseTo(gap, -1)
    expect(layoutOf(20, leastWidth(20), 400).gap).toBeGreaterThanOrEqual(MIN_GAP_PX - 1)
  })

  it('leaves room for a long name, within limits', () => {
    const end = (letters: number): number => layoutOf(4, 1200, 400, letters).x[3]!
    expect(end(20)).toBeLessThan(end(0))
    expect(end(500)).toBe(end(400))
  })

  it('thins labels that would touch', () => {
    const many = axisOf(labels(Array.from({ length: 100 }, (_, i) => `value ${i}`)))
    expect(tickLabels(many, 280)).toHaveLength(20)
    expect(tickLabels(axisOf(labels(['a', 'b'])), 280).map((label) => label.text)).toEqual(['a', 'b'])
  })

  it('names what lies on the rail', () => {
    expect(railText(axisOf(numbers([1, null, NaN, null, -Infinity])))).toBe('2 none, 1 NaN, 1 ±∞')
    expect(railText(axisOf(numbers([1, 2])))).toBe('')
  })
})
