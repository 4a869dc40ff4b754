import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines, unifiedDiff } from './line-diff'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })

/** Length of the longest common subsequence, by the table. */
function common(from: readonly string[], to: readonly string[]): number {
  const table = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0))
  from.forEach((a, i) =>
    to.forEach((b, j) => {
      const row = table[i + 1] as number[]
      row[j + 1] = a === b ? (table[i]?.[j] ?? 0) + 1 : Math.max(table[i]?.[j + 1] ?? 0, row[j] ?? 0)
    }),
  )
  return table[from.length]?.[to.length] ?? 0
}

describe('a difference of lines', () => {
  it('holds both texts and keeps as much as can be kept', () => {
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const diff = diffLines(from, to)
        const without = (kind: string): string[] => diff.filter((line) => line.kind !== kind).map(({ text }) => text)
        expect(without('added')).toEqual(from)
        expect(without('removed')).toEqual(to)
        expect(diff.filter(({ kind }) => kind === 'same')).toHaveLength(common(from, to))
      }),
    )
  })
  it('reads as a unified diff', () => {
    const from = Array.from({ length: 12 }, (_, at) => `line ${at}`)
    const to = [...from.slice(0, 5), 'new', ...from.slice(6)]
    expect(unifiedDiff(from.join('\n'), to.join('\n'), ['run-1', 'run-2'])).toBe(
      ['--- run-1', '+++ run-2', '@@ -3,7 +3,7 @@', ' line 2', ' line 3', ' line 4', '-line 5', '+new', ' line 6', ' line 7', ' line 8'].join('\n'),
    )
    expect(unifiedDiff('a\n', 'a', ['', ''])).toBe('')
  })
  it('gives up on texts that have nothing in common', () => {
    const [from, to] = ['x', 'y'].map((letter) => Array.from({ length: 2500 }, (_, at) => `${letter}${at}`))
    expect(diffLines(from ?? [], to ?? [])).toHaveLength(5000)
  })
})
