/** Values of the y axis in words: as many digits as tell two of them apart on it. */
import { formatFixed, formatNumber } from '../../core/format'
import type { Interval } from './types'

const LEAST_DIGITS = 3
const MOST_DIGITS = 6
/** Up to this span of an axis a reading has the three digits that people quote of scores and losses. */
const QUOTED_SPAN = 10
const LARGE = 1e7

/** Digits after the point at which readings of an axis can be compared. */
export function readingDigits(low: number, high: number): number {
  const span = high - low
  if (!(span > 0)) return LEAST_DIGITS
  const telling = Math.min(MOST_DIGITS, Math.max(0, 2 - Math.floor(Math.log10(span))))
  return span <= QUOTED_SPAN ? Math.max(LEAST_DIGITS, telling) : telling
}

/** A reading with the digits of its column; in powers of ten where these would say nothing of it. */
export function readingText(value: number, digits: number): string {
  const size = Math.abs(value)
  const lost = (size > 0 && size < 0.5 * 10 ** -digits) || size >= LARGE
  return lost ? formatNumber(value, 3) : formatFixed(value, digits)
}

/** Beside larger values, a range of an axis is shown by their last digits alone. */
const NEAR = 1e-3

/** A value on an axis. */
export function valueText(value: number, [low, high]: Interval): string {
  const digits = readingDigits(low, high)
  const isNear = value >= low && value <= high && high - low < NEAR * Math.abs(value)
  return isNear ? formatFixed(value, digits) : readingText(value, digits)
}
