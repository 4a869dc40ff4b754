/** The words of an axis: its values and its ticks. */
import { decimalsFor, formatFixed, formatNumber, formatParam } from '../../core/format'
import { type Axis, isNumeric, slotCentre } from './axis'
import type { Tick } from './scale'

const SLOT_DIGITS = 4
/** From here down the values of a log axis are written as powers of ten. */
const SMALL_POWER = 0.05
const LOG_DIGITS = 3

/** A value of a discrete axis; on a log axis all small ones as powers of ten: 3e−4, 1e−3 … 3e−2. */
export function slotText(axis: Pick<Axis, 'kind'>, value: number | string): string {
  if (typeof value === 'string') return value
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(SLOT_DIGITS))
  const power = axis.kind === 'log' && value <= SMALL_POWER
  return power ? short.toExponential().replace('e+', 'e').replaceAll('-', '−') : formatParam(short)
}

/** A value with the digits at which the runs of its axis differ. */
export function axisNumber(axis: Axis, value: number): string {
  if (!isNumeric(axis) || axis.scale === null) return String(value)
  if (axis.scale.kind === 'log') return formatNumber(value, LOG_DIGITS)
  const decimals = decimalsFor(axis.scale.from(0), axis.scale.from(1))
  const lost = value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals
  return lost ? formatNumber(value, LOG_DIGITS) : formatFixed(value, decimals)
}

/** The ticks of an axis where they are drawn, from its scale or one for each slot. */
export function ticksOf(axis: Axis): Tick[] {
  const ticks = axis.scale ? axis.scale.ticks : axis.slots.map(({ at, value }) => ({ at, text: slotText(axis, value) }))
  return ticks.map(({ at, text }) => ({ at: slotCentre(axis, at), text }))
}
