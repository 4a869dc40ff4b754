/** Colours and dashes of groups, from the theme's tokens. */
import type { ThemeTokens } from './theme-tokens'

/** Dash patterns in px; with eight colours they tell forty groups apart. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]]

/** The colour at `share` (0 to 1) of the sequential ramp, mixed between its steps. */
export function rampColor(tokens: Pick<ThemeTokens, 'ramp'>, share: number): string {
  const last = tokens.ramp.length - 1
  const place = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * last
  const low = Math.floor(place)
  const from = tokens.ramp[low] ?? '#000000'
  const to = tokens.ramp[Math.min(last, low + 1)] ?? from
  return mixHex(from, to, place - low)
}

/** A categorical colour; after eight they repeat (tell them apart by dash, see `dashOf`). */
export function categoryColor(tokens: Pick<ThemeTokens, 'categories'>, index: number): string {
  return tokens.categories[index % tokens.categories.length] ?? '#000000'
}

export function dashOf(index: number): readonly number[] {
  return DASHES[index % DASHES.length] ?? []
}

/**
 * One colour for each of `count` groups in their order.
 *
 * Sequential groups take even steps of the ramp, so that 1e−4, 3e−4, 1e−3 are as far apart as they are as choices.
 */
export function groupColors(tokens: ThemeTokens, count: number, scale: 'categorical' | 'sequential'): string[] {
  return Array.from({ length: count }, (_, index) => {
    if (scale === 'categorical') return categoryColor(tokens, index)
    return rampColor(tokens, count > 1 ? index / (count - 1) : 0.5)
  })
}

function mixHex(from: string, to: string, share: number): string {
  const channel = (at: number): string => {
    const low = Number.parseInt(from.slice(at, at + 2), 16)
    const high = Number.parseInt(to.slice(at, at + 2), 16)
    return Math.round(low + (high - low) * share).toString(16).padStart(2, '0')
  }
  return share <= 0 ? from : share >= 1 ? to : `#${channel(1)}${channel(3)}${channel(5)}`
}
