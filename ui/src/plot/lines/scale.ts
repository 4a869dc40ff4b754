/** Scales from values to pixels. */
import type { Interval, ScaleKind, Values } from './types'

export interface Scale {
  readonly kind: ScaleKind
  readonly domain: Interval
  /**
   * Pixel = slope × (value − origin) + start, where the value of a log scale is its decimal logarithm. The difference comes
   * first: pixels are 32-bit numbers, and a value of a billion with steps of a thousandth has none of them left for the steps.
   */
  readonly slope: number
  readonly origin: number
  readonly start: number
}

export function scaleOf(kind: ScaleKind, domain: Interval, pixels: Interval): Scale {
  const [low, high] = kind === 'log' ? [Math.log10(domain[0]), Math.log10(domain[1])] : domain
  // Halved, since the range of all that a double holds is twice what it holds.
  const slope = (pixels[1] - pixels[0]) / 2 / (high / 2 - low / 2 || 0.5)
  return { kind, domain, slope, origin: low, start: pixels[0] }
}

export function toPixel(scale: Scale, value: number): number {
  return scale.slope * ((scale.kind === 'log' ? Math.log10(value) : value) - scale.origin) + scale.start
}

export function toValue(scale: Scale, pixel: number): number {
  const value = (pixel - scale.start) / scale.slope + scale.origin
  return scale.kind === 'log' ? 10 ** value : value
}

/** Writes pixels of `values[from…to)` to `out`; values that a log axis has no place for become NaN. */
export function project(
  scale: Scale,
  values: Values,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const { slope, origin, start } = scale
  if (scale.kind === 'linear') for (let i = from; i < to; i++) out[i - from] = slope * (values[i]! - origin) + start
  else
    for (let i = from; i < to; i++) {
      const value = values[i]!
      out[i - from] = value > 0 ? slope * (Math.log10(value) - origin) + start : NaN
    }
}
