/** Where ticks stand and how they are written. */
import { formatDuration, formatNumber } from '../../core/format'
import { makeScale, tickLabels } from '../../core/scales'
import type { Interval, ScaleKind, XFormat } from './types'

export interface Tick {
  readonly value: number
  readonly label: string
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Steps of an axis of time, in seconds; below and above, round numbers. */
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR,
  6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY,
]

export function ticksOf(kind: ScaleKind, format: XFormat, domain: Interval, count: number, whole = false): Tick[] {
  if (format !== 'number' && kind === 'linear') return timeTicks(domain, count, format)
  const integral = whole && Math.ceil(domain[0]) <= domain[1]
  const found = withStart(valuesOf(kind, domain, integral ? atMostOneEach(domain, count) : count), kind, domain)
  const values = integral ? found.filter(Number.isInteger) : found
  const labels = format === 'number' ? tickLabels(values, kind) : values.map(writeDuration)
  return values.map((value, i) => ({ value, label: labels[i]! }))
}

/** The number of ticks for which none would come to stand between two whole numbers. */
function atMostOneEach([low, high]: Interval, count: number): number {
  return Math.max(1, Math.min(count, Math.floor(high - low)))
}

/** Within a decade, 1-2-5 may leave a log axis with a single tick: then it takes round numbers. */
function valuesOf(kind: ScaleKind, domain: Interval, count: number): number[] {
  const values = makeScale(kind, domain, [0, 1]).ticks(count)
  return kind === 'log' && values.length < 3 ? makeScale('linear', domain, [0, 1]).ticks(count).filter((value) => value > 0) : values
}

/** Epochs count from 1: an axis that starts there says so, where there is room before the first round number. */
function withStart(values: number[], kind: ScaleKind, [low]: Interval): number[] {
  const [first, second] = values
  if (kind === 'log' || first === undefined || second === undefined || low !== 1) return values
  return first - low > (second - first) / 2 ? [low, ...values] : values
}

function timeTicks(domain: Interval, count: number, format: XFormat): Tick[] {
  const rough = (domain[1] - domain[0]) / Math.max(1, count)
  const step = rough < 1 ? undefined : TIME_STEPS.find((candidate) => candidate >= rough * 0.8)
  // Days begin at midnight where the reader is.
  const zone = format === 'time' ? new Date(domain[0] * 1000).getTimezoneOffset() * MINUTE : 0
  const local: Interval = [domain[0] - zone, domain[1] - zone]
  const values = step ? multiples(local, step) : makeScale('linear', local, [0, 1]).ticks(count)
  return values.map((value) => ({
    value: value + zone,
    label: format === 'duration' ? writeDuration(value) : clock(value + zone, step ?? rough),
  }))
}

function multiples([low, high]: Interval, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
}

/** `0`, `.5 s`, `45 s`, `1 h 30 min` */
export function writeDuration(seconds: number): string {
  if (seconds === 0) return '0'
  if (Math.abs(seconds) < 10) return `${formatNumber(seconds, 3)} s`
  return seconds < 0 ? `−${formatDuration(-seconds)}` : formatDuration(seconds)
}

/** Local time of day, with the day at midnight; days alone when the step is a day or more. */
function clock(time: number, step: number): string {
  const date = new Date(time * 1000)
  const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0
  if (step >= DAY || midnight) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  const seconds = step < MINUTE ? ({ second: '2-digit' } as const) : {}
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...seconds })
}

/** A place on the x axis in words: `epoch 11`, `1 h 5 min`, `5 Mar, 14:07:31`. */
export function writeX(value: number, format: XFormat, label: string): string {
  if (format === 'duration') return writeDuration(value)
  if (format === 'number') return `${label} ${formatNumber(value, 6)}`.trim()
  const date = new Date(value * 1000)
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${date.toLocaleTimeString('en-GB')}`
}
