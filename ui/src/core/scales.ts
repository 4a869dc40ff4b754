/** Continuous scales with ticks, linear and logarithmic. */
import { formatNumber } from './format'

export interface Scale {
  readonly kind: 'linear' | 'log'
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
  map(value: number): number
  invert(position: number): number
  /** About `count` round values inside the domain, ascending. */
  ticks(count: number): number[]
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain
  const factor = high === low ? 0 : (range[1] - range[0]) / (high - low)
  const middle = (range[0] + range[1]) / 2
  return {
    kind: 'linear',
    domain,
    range,
    map: (value) => (factor === 0 ? middle : range[0] + (value - low) * factor),
    invert: (position) => (factor === 0 ? low : low + (position - range[0]) / factor),
    ticks: (count) => linearTicks(low, high, count),
  }
}

/** The domain must be positive; values that are not map to NaN. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range)
  return {
    kind: 'log',
    domain,
    range,
    map: (value) => (value > 0 ? inner.map(Math.log10(value)) : Number.NaN),
    invert: (position) => 10 ** inner.invert(position),
    ticks: (count) => logTicks(domain[0], domain[1], count),
  }
}

export function makeScale(
  kind: 'linear' | 'log',
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  return kind === 'log' && domain[0] > 0 ? logScale(domain, range) : linearScale(domain, range)
}

/** 1, 2 or 5 times a power of ten, so that about `count` steps fit. */
function tickStep(low: number, high: number, count: number): number {
  const rough = (high - low) / Math.max(1, count)
  if (!(rough > 0) || !Number.isFinite(rough)) return 0
  const power = 10 ** Math.floor(Math.log10(rough))
  const share = rough / power
  return (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10) * power
}

function linearTicks(low: number, high: number, count: number): number[] {
  const step = tickStep(low, high, count)
  if (step === 0) return [low]
  const from = Math.ceil(low / step - 1e-9)
  const to = Math.floor(high / step + 1e-9)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) =>
    Number(((from + index) * step).toFixed(Math.min(20, digits))),
  )
}

function logTicks(low: number, high: number, count: number): number[] {
  const from = Math.floor(Math.log10(low))
  const to = Math.ceil(Math.log10(high))
  const decades = to - from
  const factors = decades * 3 <= count ? [1, 2, 5] : [1]
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)))
  const ticks: number[] = []
  for (let decade = from; decade <= to; decade += every)
    for (const factor of factors) {
      const value = Number(`${factor}e${decade}`)
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push(value)
    }
  return ticks.length >= 2 ? ticks : linearTicks(low, high, count)
}

/** The domain widened to whole steps. */
export function niceDomain(low: number, high: number, count: number): [number, number] {
  if (low === high) return low === 0 ? [-1, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1]
  const step = tickStep(low, high, count)
  const digits = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
  const round = (value: number): number => Number(value.toFixed(digits))
  return [round(Math.floor(low / step + 1e-9) * step), round(Math.ceil(high / step - 1e-9) * step)]
}

/** Labels of a row of ticks, with the same number of decimals where they are close: `.80`, `.85`. */
export function tickLabels(ticks: readonly number[], kind: 'linear' | 'log' = 'linear'): string[] {
  if (kind === 'log' || ticks.length < 2) return ticks.map((tick) => formatTick(tick))
  const step = Math.min(...ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0)))
  const size = Math.max(...ticks.map(Math.abs))
  if (size >= 1e5 || size < 1e-3) {
    const digits = Math.min(15, Math.max(TICK_DIGITS, Math.ceil(Math.log10(size / step)) + 1))
    return ticks.map((tick) => formatTick(tick, digits))
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return ticks.map((tick) => (tick === 0 ? '0' : formatNumberFixed(tick, decimals)))
}

function formatNumberFixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(Math.min(20, decimals))
  return (value < 0 ? '−' : '') + (text.startsWith('0.') ? text.slice(1) : text)
}

const TICK_DIGITS = 4

function formatTick(value: number, digits = TICK_DIGITS): string {
  const size = Math.abs(value)
  if (size >= 1e12) return formatNumber(value, digits)
  if (size >= 1e9) return `${formatNumber(value / 1e9, digits)}G`
  if (size >= 1e6) return `${formatNumber(value / 1e6, digits)}M`
  if (size >= 1e4) return `${formatNumber(value / 1e3, digits)}k`
  return size > 0 && size <= 0.01 ? exponent(value) : formatNumber(value, digits)
}

function exponent(value: number): string {
  const [mantissa = '', power = ''] = value.toExponential().split('e')
  return `${mantissa.replace('-', '−')}e${power.replace('-', '−')}`
}
