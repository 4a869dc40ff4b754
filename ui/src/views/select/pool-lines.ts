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
 * Names beside the ends of lines, none on another; those with the first claim come first. A name that would stand further
 * than `gap` from its line is left out, as it would seem to be another's.
 *
 * Args:
 *   wanted: names with the height of their line's end, by claim.
 *   gap: least distance between two names.
 *   room: least and greatest height.
 */
export function placeLabels(wanted: readonly Label[], gap: number, room: readonly [number, number]): Label[] {
  const placed: Label[] = []
  for (const { text, y } of wanted) {
    const free = [y, ...placed.flatMap((one) => [one.y - gap, one.y + gap])].filter(
      (at) => at >= room[0] && at <= room[1] && placed.every((one) => Math.abs(one.y - at) >= gap),
    )
    const nearest = free.reduce((best, at) => (Math.abs(at - y) < Math.abs(best - y) ? at : best), Infinity)
    if (Math.abs(nearest - y) <= gap) placed.push({ text, y: nearest })
  }
  return placed
}
