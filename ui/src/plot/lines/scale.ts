/** Scales from values to pixels. */
import type { Interval, ScaleKind } from './types'

export interface Scale {
  readonly kind: ScaleKind
  readonly domain: Interval
  /** Pixel = slope × value + offset, where the value of a log scale is its decimal logarithm. */
  readonly slope: number
  readonly offset: number
}

export function scaleOf(kind: ScaleKind, domain: Interval, pixels: Interval): Scale {
  const [low, high] = kind === 'log' ? [Math.log10(domain[0]), Math.log10(domain[1])] : domain
  const slope = (pixels[1] - pixels[0]) / (high - low || 1)
  return { kind, domain, slope, offset: pixels[0] - slope * low }
}

export function toPixel(scale: Scale, value: number): number {
  return scale.slope * (scale.kind === 'log' ? Math.log10(value) : value) + scale.offset
}

export function toValue(scale: Scale, pixel: number): number {
  const value = (pixel - scale.offset) / scale.slope
  return scale.kind === 'log' ? 10 ** value : value
}

/** Writes pixels of `values[from…to)` to `out`; values that a log axis has no place for become NaN. */
export function project(
  scale: Scale,
  values: Float64Array | Float32Array,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const { slope, offset } = scale
  if (scale.kind === 'linear') for (let i = from; i < to; i++) out[i - from] = slope * values[i]! + offset
  else
    for (let i = from; i < to; i++) {
      const value = values[i]!
      out[i - from] = value > 0 ? slope * Math.log10(value) + offset : NaN
    }
}
