/** The smoothing in the address: `none`, `ema:0.6`, `mean:9`. */

export type Smoothing =
  | { readonly kind: 'none' }
  | { readonly kind: 'ema'; readonly weight: number }
  | { readonly kind: 'mean'; readonly window: number }

export const DEFAULT_WEIGHT = 0.6
export const DEFAULT_WINDOW = 9

export function parseSmoothing(text: string): Smoothing {
  const [kind, amount] = text.split(':')
  const value = Number(amount)
  if (kind === 'ema' && value > 0 && value < 1) return { kind: 'ema', weight: value }
  if (kind === 'mean' && Number.isInteger(value) && value > 0) return { kind: 'mean', window: value }
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
