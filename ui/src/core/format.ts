/** Numbers, times and sizes as text: no leading zero, a true minus, thin spaces between thousands. */
import type { Json, RunStatus } from './wire'

const MINUS = '−'
const THIN = '\u202f'

/** `.842`, `−.004`, `12.3`: fixed decimals, no leading zero. */
export function formatFixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`
  const text = Math.abs(value).toFixed(decimals)
  const negative = value < 0 && Number(text) !== 0
  return (negative ? MINUS : '') + trimZero(groupThousands(text))
}

/** `+.007`, `−.012`, `.000`. */
export function formatDelta(value: number, decimals: number): string {
  const text = formatFixed(value, decimals)
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text
}

/** Where the decimals of a column leave one digit or none of a value, the value has two of its own: `.0042` among `.842`, `12.3`. */
const OWN_DIGITS = 2

/** A number of a column with so many decimals: `.842`; small ones keep their first digits, and `0` is exactly that. */
export function formatInColumn(value: number, decimals: number): string {
  const lost = Math.abs(value) < 10 ** (OWN_DIGITS - 1 - decimals)
  return lost ? formatNumber(value, OWN_DIGITS) : formatFixed(value, decimals)
}

/** Whether a number as text reads as nothing: it has no sign and takes no colour. */
export const isZero = (text: string): boolean => !/[1-9∞]|NaN/.test(text)

const trimZero = (text: string): string => (text.startsWith('0.') ? text.slice(1) : text)

function groupThousands(text: string): string {
  const dot = text.indexOf('.')
  const whole = dot < 0 ? text : text.slice(0, dot)
  if (whole.length < 5) return text
  return whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (dot < 0 ? '' : text.slice(dot))
}

/** Decimals at which the values of a column tell themselves apart: about three digits of their spread. */
export function decimalsFor(low: number, high: number): number {
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (!Number.isFinite(size) || size === 0) return 3
  if (size >= 10_000) return 0
  return Math.min(6, Math.max(0, 3 - Math.ceil(Math.log10(size))))
}

/** A lone number at `digits` significant digits: `.842`, `1e−4`, `12.3`, `10 800`. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-3 || size >= 1e7) return formatExponent(value, digits)
  if (Number.isInteger(value)) return (value < 0 ? MINUS : '') + groupThousands(String(size))
  const text = trimZero(groupThousands(String(Number(size.toPrecision(Math.max(digits, Math.ceil(Math.log10(size))))))))
  return (value < 0 ? MINUS : '') + text
}

function formatExponent(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e')
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return `${short.replace('-', MINUS)}e${exponent.replace('+', '').replace('-', MINUS)}`
}

/** A param as people write it: `1e−3`, `.1`, `20`, `adam`, `yes`, `[1, 2]`. */
export function formatParam(value: Json | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return formatParamNumber(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'string') return value
  return JSON.stringify(value)
}

/** Powers of ten below .01 read better as such: learning rates, weight decays. */
function formatParamNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return formatExponent(value, 4)
  return formatNumber(value, 6)
}

/** Values that people type have at most so many digits; drawn ones have more. */
const TYPED_DIGITS = 3

/**
 * One form for a whole column: powers of ten as soon as a typed value needs them (1e−4, 3e−2), zero stays `0`.
 * Values drawn at random, as a search over a range does, are cut to four digits.
 */
export function paramNumberFormat(values: Iterable<number>): (value: number) => string {
  let small = false
  for (const value of values) {
    if (Number(value.toPrecision(TYPED_DIGITS)) !== value && Math.abs(value) < 1) return (drawn) => formatNumber(drawn, 4)
    small ||= value !== 0 && Math.abs(value) < 0.01
  }
  return small ? (value) => (value === 0 || Math.abs(value) >= 1 ? formatNumber(value, 6) : formatExponent(value, 4)) : (value) => formatNumber(value, 6)
}

/** `10 800` */
export function formatCount(value: number): string {
  return groupThousands(String(Math.round(value)))
}

/** `1 run`, `54 runs` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

export function formatBytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  let value = size
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`
}

/** `0.8 s`, `41 s`, `4 min 12 s`, `12 min`, `3 h 20 min`, `2 d 4 h` */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return ''
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return twoUnits(whole, 60, 'min', 's')
  if (whole < 86_400) return twoUnits(Math.round(whole / 60), 60, 'h', 'min')
  return twoUnits(Math.round(whole / 3600), 24, 'd', 'h')
}

function twoUnits(value: number, base: number, big: string, small: string): string {
  const rest = value >= 10 * base ? 0 : value % base
  return `${Math.floor(value / base)} ${big}${rest ? ` ${rest} ${small}` : ''}`
}

/** `just now`, `5 min ago`, `3 h ago`, else the date. */
export function formatAgo(time: number, now: number): string {
  const seconds = now - time
  if (seconds < 45) return 'just now'
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  return formatTime(time).slice(0, 10)
}

/** `2026-03-05 14:07` in the local time zone. */
export function formatTime(time: number): string {
  const date = new Date(time * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Letters that run from right to left, and characters that turn what stands around them. */
const TURNING = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/
const CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A name for the inside of a sentence: whatever it is made of, the words around it stay where they are. */
export function isolated(name: string): string {
  return TURNING.test(name) ? `\u2068${name.replace(CONTROLS, '')}\u2069` : name
}

export const STATUS_WORDS: Record<RunStatus, string> = {
  running: 'running',
  finished: 'finished',
  failed: 'failed',
  stopped: 'stopped',
  lost: 'lost',
}

/** Seconds since the epoch as ISO 8601 in UTC; empty without any. */
export function isoTime(seconds: number | undefined): string {
  return seconds === undefined || !Number.isFinite(seconds) ? '' : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
