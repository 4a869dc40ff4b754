/** The picks as marks of a plot: what everyone does in one look, the rule in question in another. */
import { formatFixed } from '../../core/format'
import type { Choice } from '../../core/wire'

export interface Mark {
  readonly rule: string
  readonly row: number
  readonly label: string
  readonly tone: 'accent' | 'standout'
}

export const USUAL = 'source-dev'

/** Marks of the usual rule and of `rule`, with the target's score once it is revealed. A candidate that both pick has one. */
export function pickMarks(choice: Choice, rule: string): Mark[] {
  const marks = choice.rules
    .filter(({ name }) => name === rule || name === USUAL)
    .flatMap(({ name, chosen, outcome }): Mark[] => {
      const row = chosen[0]
      if (row === undefined) return []
      const worth = outcome ? ` ${formatFixed(choice.test?.[row] ?? outcome.score, 3)}` : ''
      return [{ rule: name, row, label: `${name}${worth}`, tone: name === USUAL && rule !== USUAL ? 'standout' : 'accent' }]
    })
  const both = marks.length === 2 && marks[0]?.row === marks[1]?.row
  return both ? [{ ...marks[1]!, tone: 'accent', label: marks.map(({ label }, at) => (at === 0 ? label.split(' ')[0] : label)).join(', ') }] : marks
}
