/** How far an axis goes with the colour, in words. */
import { formatFixed } from '../../core/format'
import type { Importance } from './rank'

/** Fewer runs than this make a correlation that chance explains well: their number is told. */
export const FEW_PAIRS = 10
const SIGN = { rho: 'ρ', eta: 'η', none: '' } as const

/** "ρ .77", "η .31 (n 8)" where the runs are few. */
export function importanceWords({ kind, value, n }: Importance): string {
  if (kind === 'none') return ''
  return `${SIGN[kind]} ${formatFixed(value, 2)}${n < FEW_PAIRS ? ` (n ${n})` : ''}`
}
