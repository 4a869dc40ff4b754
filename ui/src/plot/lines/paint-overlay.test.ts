import { describe, expect, it } from 'vitest'
import { line, view } from './lines.fixture'
import { paintCursor, type OverlayInput } from './paint-overlay'
import type { Line } from './types'

const LETTER_PX = 6

/** The values that stand beside the dots, with their boxes. */
function valuesOf(lifted: readonly Line[], x: number): { text: string; left: number; right: number; y: number }[] {
  const found: { text: string; left: number; right: number; y: number }[] = []
  const painter = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'measureText') return (text: string) => ({ width: text.length * LETTER_PX })
        if (name !== 'strokeText') return () => undefined
        return (text: string, left: number, y: number) => found.push({ text, left, right: left + text.length * LETTER_PX, y })
      },
      set: () => true,
    },
  )
  const input: OverlayInput = { lines: lifted, lifted, pinned: [], labels: [], cursor: { x, y: null }, chip: 'step 5', tickBoxes: [], box: null }
  paintCursor(painter as never, input, view)
  return found
}

const flat = (y: number, more: Partial<Line> = {}): Line => line([0, 5, 10], [y, y, y], more)

describe('values beside the dots of a chart that is not pointed at', () => {
  it('do not cover each other', () => {
    const [first, second, third] = valuesOf([flat(5, { id: 'a' }), flat(5.1, { id: 'b' }), flat(5.2, { id: 'c' })], 5)
    expect(second!.y - first!.y).toBeGreaterThanOrEqual(12)
    expect(third!.y - second!.y).toBeGreaterThanOrEqual(12)
  })

  it('are those of the run, not of the folded line behind it', () => {
    const fold = flat(4, { id: 'fold', run: null, n: Int32Array.from([3, 3, 3]) })
    expect(valuesOf([fold, flat(5)], 5)).toHaveLength(1)
    expect(valuesOf([fold], 5)).toHaveLength(1)
  })

  it('turn to the other side of the dot before the end of the plot', () => {
    const [value] = valuesOf([flat(5)], 10)
    expect(value!.right).toBeLessThan(100)
  })
})
