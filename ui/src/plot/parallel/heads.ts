/** The line below the title of an axis. */
import { formatCount } from '../../core/format'
import type { Axis } from '../axes/axis'

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
