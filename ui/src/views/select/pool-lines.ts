/** What each rule costs by how many candidates there are: which lines are named, and where the names stand. */
import type { Choice } from '../../core/wire'
import { USUAL } from './marks'

export interface PoolLine {
  readonly rule: string
  readonly regrets: readonly number[]
  readonly tone: 'accent' | 'standout' | 'other'
}

/** The lines, those that stand out last so that they are drawn on top. */
export function poolLines({ rules, pools }: Choice, rule: string): PoolLine[] {
  const tone = (name: string): PoolLine['tone'] => (name === rule ? 'accent' : name === USUAL ? 'standout' : 'other')
  const order = ['other', 'standout', 'accent']
  return rules
    .flatMap(({ name }, at) => (pools?.regrets[at]?.length ? [{ rule: name, regrets: pools.regrets[at], tone: tone(name) }] : []))
    .sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone))
}

export interface Label {
  readonly text: string
  readonly y: number
}

/**
 * Names beside the ends of lines, pushed apart; those with the first claim come first. What finds no room is left out.
 *
 * Args:
 *   wanted: names with the height of their line's end, by claim.
 *   gap: least distance between two names.
 *   room: least and greatest height.
 */
export function placeLabels(wanted: readonly Label[], gap: number, room: readonly [number, number]): Label[] {
  const most = Math.max(0, Math.floor((room[1] - room[0]) / gap) + 1)
  const placed = wanted.slice(0, most).toSorted((a, b) => a.y - b.y)
  let lowest = room[0] - gap
  const down = placed.map(({ text, y }) => {
    lowest = Math.max(y, lowest + gap)
    return { text, y: lowest }
  })
  let highest = room[1] + gap
  return down
    .toReversed()
    .map(({ text, y }) => {
      highest = Math.min(y, highest - gap)
      return { text, y: highest }
    })
    .toReversed()
}
