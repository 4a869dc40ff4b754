/** What a plot shows, in numbers: tests read these and no pixels. */
import type { Mask } from '../axes/brush'
import type { Scene } from '../axes/scene'
import type { Chip } from './draw-selection'
import { type Shown, standoutOf } from './emphases'
import type { Layout } from './layout'

interface Drawn {
  readonly view: Shown | null
  readonly layout: Layout
  readonly mask: Mask
  readonly hovered: number
  readonly chips: readonly Chip[]
  /** Whether a draw is still to come. */
  readonly pending: boolean
}

export function debugOf({ view, layout, mask, hovered, chips, pending }: Drawn): Record<string, unknown> {
  const scene = view?.scene
  return {
    runs: scene?.axes.length ? (view?.members?.reduce((n, on) => n + on, 0) ?? scene.ids.length) : 0,
    selected: mask.count,
    selectedIds: scene?.ids.filter((_, run) => mask.selected[run]) ?? [],
    correlation: scene?.importance.map(({ kind, value }) => (kind === 'rho' ? value : NaN)) ?? [],
    importance: scene?.importance ?? [],
    hovered: scene?.ids[hovered] ?? null,
    standout: scene && view ? (scene.ids[standoutOf(view)?.run ?? -1] ?? null) : null,
    pinned: view?.pinned.map((run) => scene?.ids[run]) ?? [],
    colouring: scene?.colouring.scale ?? 'none',
    palette: view?.theme.ramp ?? [],
    strokes: scene?.strokes?.groups ?? [],
    axes:
      scene?.axes.map((axis, i) => ({
        key: axis.key,
        kind: axis.kind,
        ends: axis.scale && [axis.scale.from(0), axis.scale.from(1)],
        rail: axis.rail,
        outside: axis.outside,
        x: layout.x[i],
      })) ?? [],
    chips,
    top: layout.top,
    bottom: layout.bottom,
    pending,
  }
}

export interface DrawnValues {
  /** The runs behind each line. */
  readonly lines: readonly (readonly string[])[]
  readonly axes: Readonly<Record<string, number[]>>
}

export function drawnValues(scene: Scene | undefined): DrawnValues {
  return {
    lines: scene?.members ?? scene?.ids.map((id) => [id]) ?? [],
    axes: Object.fromEntries(scene?.axes.map((axis) => [axis.key, [...axis.numbers]]) ?? []),
  }
}
