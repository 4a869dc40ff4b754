/** Colours and dashes of groups, from the theme's tokens. */
import type { ThemeTokens } from './theme-tokens'

/** Dash patterns in px; with eight colours they tell forty groups apart. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4]]

/**
 * Sixteen more colours after the eight, each as far as can be (OKLab) from those before it, at a contrast of 3:1 or more.
 * Twenty-four cannot all be told apart by everyone; that is what the eight with dashes are for.
 */
const MORE_LIGHT =
  '#45A52C #5A1B00 #AB79F5 #06384B #1E13AD #8D5D1C #930660 #607598 #FC4A93 #8F2FC4 #5C0048 #34A08E #6F444B #0F3E02 #4D7800 #DF59D7'
const MORE_DARK =
  '#298C01 #FB73F2 #437085 #FBD35F #5BBD74 #876114 #26E7DF #A494F6 #FC4A93 #F8A4A3 #AD9907 #B8C499 #2A9F9A #B0CD26 #A361FB #7F75B8'
/** Cividis, without the part that would not be seen on the background. */
const CIVIDIS_LIGHT = '#00224E #123570 #3B496C #575D6D #707173 #8A8678 #9C9370'
const CIVIDIS_DARK = '#5A6FA8 #6F7A96 #85878A #9D967C #B8A76C #D3BC5E #ECD24A #FEE838'
const MIDDLE = '#8F98A3'

/** Twenty-four categories: the eight first. */
export function manyColors(tokens: Pick<ThemeTokens, 'categories' | 'dark'>): string[] {
  return [...tokens.categories, ...(tokens.dark ? MORE_DARK : MORE_LIGHT).split(' ')]
}

export const cividis = ({ dark }: Pick<ThemeTokens, 'dark'>): string[] => (dark ? CIVIDIS_DARK : CIVIDIS_LIGHT).split(' ')

/** From low to high through grey. */
export const diverging = ({ pos, neg }: Pick<ThemeTokens, 'pos' | 'neg'>): string[] => [pos, MIDDLE, neg]

/** The colour at `share` (0 to 1) of the sequential ramp, mixed between its steps. */
export function rampColor(tokens: Pick<ThemeTokens, 'ramp'>, share: number): string {
  return colorAlong(tokens.ramp, share)
}

/** The colour at `share` (0 to 1) of the way along some colours. */
export function colorAlong(stops: readonly string[], share: number): string {
  const last = stops.length - 1
  const place = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * last
  const low = Math.floor(place)
  const from = stops[low] ?? '#000000'
  const to = stops[Math.min(last, low + 1)] ?? from
  return mixHex(from, to, place - low)
}

/** A categorical colour; after eight they repeat (tell them apart by dash, see `dashOf`). */
export function categoryColor(tokens: Pick<ThemeTokens, 'categories'>, index: number): string {
  return tokens.categories[index % tokens.categories.length] ?? '#000000'
}

export function dashOf(index: number): readonly number[] {
  return DASHES[index % DASHES.length] ?? []
}

function mixHex(from: string, to: string, share: number): string {
  const channel = (at: number): string => {
    const low = Number.parseInt(from.slice(at, at + 2), 16)
    const high = Number.parseInt(to.slice(at, at + 2), 16)
    return Math.round(low + (high - low) * share).toString(16).padStart(2, '0')
  }
  return share <= 0 ? from : share >= 1 ? to : `#${channel(1)}${channel(3)}${channel(5)}`
}
