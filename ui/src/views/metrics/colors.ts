/** The colours and dashes of groups, as the Colour and Stroke menus ask for them. */
import { cividis, colorAlong, DASHES, diverging, manyColors } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { MetricsState } from '../../core/view-state'
import type { LineGroup, LinesMeta } from '../../core/wire'

export interface Coloring {
  readonly palette: MetricsState['pal']
  readonly ramp: MetricsState['ramp']
  /** A value has the same colour wherever it appears, whatever stands beside it. */
  readonly stable: boolean
  /** Which order colours and dashes are dealt in; 0 is their own. */
  readonly shuffle: number
  readonly dashShuffle: number
  /** Colours chosen by hand, by the label of the group. */
  readonly painted: ReadonlyMap<string, string>
}

export interface Look {
  readonly color: string
  /** Index into DASHES: tells groups apart that have one colour. */
  readonly dash: number
}

type Tokens = Pick<ThemeTokens, 'categories' | 'ramp' | 'dark' | 'pos' | 'neg' | 'muted'>
type Scale = Pick<LinesMeta, 'color_scale' | 'color_log'>

export function coloringOf(state: Pick<MetricsState, 'pal' | 'ramp' | 'stable' | 'shuf' | 'dashes' | 'paint'>): Coloring {
  return {
    palette: state.pal,
    ramp: state.ramp,
    stable: state.stable,
    shuffle: state.shuf,
    dashShuffle: state.dashes,
    painted: new Map(state.paint.flatMap(paintOf)),
  }
}

function paintOf(text: string): [string, string][] {
  const match = /^(.*)=(#[0-9a-f]{6})$/is.exec(text)
  return match ? [[match[1]!, match[2]!]] : []
}

/** The list of colours chosen by hand after one more choice; null takes it back. */
export function paintWith(paint: readonly string[], label: string, color: string | null): string[] {
  const others = paint.filter((text) => paintOf(text)[0]?.[0] !== label)
  return color === null ? others : [...others, `${label}=${color}`]
}

/** One look for each group of colour, in their order. */
export function groupLooks(groups: readonly LineGroup[], scale: Scale, coloring: Coloring, tokens: Tokens): Look[] {
  const ramp = rampOf(scale, coloring.palette, tokens)
  const looks = ramp ? alongRamp(groups, ramp, scale.color_log, coloring.ramp) : dealt(groups, coloring, tokens)
  return looks.map((look, at) => {
    const color = coloring.painted.get(groups[at]!.label)
    return color ? { color, dash: 0 } : (look ?? { color: tokens.muted, dash: 0 })
  })
}

/** A ramp's colours; null when groups get colours of their own. */
export function rampOf(scale: Pick<Scale, 'color_scale'>, palette: Coloring['palette'], tokens: Tokens): readonly string[] | null {
  if (palette === 'cividis') return cividis(tokens)
  if (palette === 'diverging') return diverging(tokens)
  return palette === 'viridis' || (palette === 'auto' && scale.color_scale === 'sequential') ? tokens.ramp : null
}

/** Null for groups without a place on the ramp: those where the value is missing. */
function alongRamp(groups: readonly LineGroup[], stops: readonly string[], log: boolean, by: Coloring['ramp']): (Look | null)[] {
  const numeric = groups.some(({ value }) => typeof value === 'number')
  const placed = groups.filter(({ value }) => !numeric || typeof value === 'number')
  const size = (value: number): number => (log && value > 0 ? Math.log(value) : value)
  const [low, high] = numeric ? [size(placed[0]!.value!), size(placed.at(-1)!.value!)] : [0, 0]
  return groups.map((group) => {
    const at = placed.indexOf(group)
    if (at < 0) return null
    const even = placed.length > 1 ? at / (placed.length - 1) : 0.5
    const share = by === 'value' && numeric && high > low ? (size(group.value!) - low) / (high - low) : even
    return { color: colorAlong(stops, share), dash: 0 }
  })
}

/** Colours of a palette one after the other, then again with the next dash; null after the last dash. */
function dealt(groups: readonly LineGroup[], coloring: Coloring, tokens: Tokens): (Look | null)[] {
  const colors = shuffled(coloring.palette === 'many' ? manyColors(tokens) : tokens.categories, coloring.shuffle)
  const used = new Map<number, number>()
  return groups.map(({ label }, at) => {
    const place = coloring.stable ? hashOf(label) % colors.length : at % colors.length
    const dash = used.get(place) ?? 0
    used.set(place, dash + 1)
    // A stable colour stays with its value, come what may.
    return coloring.stable || dash < DASHES.length ? { color: colors[place]!, dash: dash % DASHES.length } : null
  })
}

/** The dash of each group of stroke; one group alone is not dashed. */
export function strokeDashes(groups: readonly LineGroup[], coloring: Coloring): number[] {
  if (groups.length < 2) return groups.map(() => 0)
  const order = shuffled(DASHES.map((_, dash) => dash), coloring.dashShuffle)
  return groups.map(({ label }, at) => order[(coloring.stable ? hashOf(label) : at) % order.length]!)
}

/** FNV-1a: the same number for the same text in every browser. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** The same items in an order that follows from `seed`; 0 leaves them as they are. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  if (seed === 0) return [...items]
  const keyed = items.map((item, at) => ({ item, key: hashOf(`${seed} ${at}`) }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
