/** The line below the title of an axis. */
import { formatCount } from '../../core/format'
import type { Axis } from './axis'

const KIND_WORDS: Record<Axis['kind'], string> = {
  linear: 'linear',
  log: 'log',
  ordered: 'ordered',
  category: 'category',
  boolean: 'yes or no',
}

/** "dev, last ↑", "log, flipped", "category, 12 values", "linear, 3 outside". */
export function axisNote(axis: Axis): string {
  return [
    axis.note || KIND_WORDS[axis.kind],
    axis.note !== '' && axis.kind === 'log' && 'log',
    axis.slots.length > MANY_SLOTS && `${axis.slots.length} values`,
    axis.flipped && 'flipped',
    axis.outside > 0 && `${formatCount(axis.outside)} outside`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** From here on not every value has a label. */
const MANY_SLOTS = 20

/** A long name without its middle: names of one family differ at their ends. Args: letters: how many there is room for. */
export function shortened(name: string, letters: number): string {
  if (name.length <= letters) return name
  const kept = Math.max(2, Math.floor(letters) - 1)
  const end = Math.floor(kept * 0.6)
  return `${name.slice(0, kept - end)}…${name.slice(name.length - end)}`
}
