/** The smoothing in the address: `none`, `ema:0.6`, `mean:9`. */

export type Smoothing =
  | { readonly kind: 'none' }
  | { readonly kind: 'ema'; readonly weight: number }
  | { readonly kind: 'mean'; readonly window: number }

const LEAST_WEIGHT = 0.001
const MOST_WEIGHT = 0.999
const MOST_WINDOW = 999
export const DEFAULT_WEIGHT = 0.6
export const DEFAULT_WINDOW = 9

export function parseSmoothing(text: string): Smoothing {
  const [kind, amount] = text.split(':')
  const value = Number(amount)
  if (kind === 'ema' && value >= LEAST_WEIGHT && value <= MOST_WEIGHT) return { kind: 'ema', weight: Number(value.toFixed(3)) }
  // A window has a middle.
  if (kind === 'mean' && value >= 1 && value <= MOST_WINDOW) return { kind: 'mean', window: 2 * Math.floor(value / 2) + 1 }
  return { kind: 'none' }
}

export function smoothingText(smoothing: Smoothing): string {
  if (smoothing.kind === 'ema') return `ema:${smoothing.weight}`
  return smoothing.kind === 'mean' ? `mean:${smoothing.window}` : 'none'
}

/** `off`, `EMA .6`, `mean of 9` */
export function smoothingWords(smoothing: Smoothing): string {
  if (smoothing.kind === 'ema') return `EMA ${String(smoothing.weight).replace(/^0/, '')}`
  return smoothing.kind === 'mean' ? `mean of ${smoothing.window}` : 'off'
}
