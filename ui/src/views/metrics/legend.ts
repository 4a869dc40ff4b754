/** When the legend has something to say, and what. */
import type { LegendItem } from '../../components/legend'
import { formatCount } from '../../core/format'
import type { MetricsState } from '../../core/view-state'
import { MAX_LABELS } from '../../plot/lines/end-labels'
import type { Group, Scene } from './scene'
import type { Tree } from './table'

/** Longer names are cut at the end of a line. */
const LABEL_LETTERS = 20

/** By itself the legend stands where the names at the ends of lines do not tell all: when there are none, too many, or cut ones. */
export function showsLegend(scene: { readonly groups: readonly Pick<Group, 'label'>[] } | null, state: Pick<MetricsState, 'leg' | 'labels'>): boolean {
  if (scene === null || state.leg === 'off') return false
  if (state.leg === 'on') return scene.groups.length > 0
  const told = state.labels && scene.groups.length <= MAX_LABELS && scene.groups.every(({ label }) => label.length <= LABEL_LETTERS)
  return scene.groups.length > 1 && !told
}

export function legendItems(scene: Scene, tree: Tree | null, hidden: ReadonlySet<string>): LegendItem[] {
  const runs = new Map((tree?.groups ?? []).map(({ row }) => [row.key, row.runs]))
  return scene.groups.map(({ key, label, color, dash }) => {
    const count = runs.get(key) ?? 0
    return { key, label: label || 'all runs', color, dash, note: count > 1 ? `n = ${formatCount(count)}` : '', hidden: hidden.has(key) }
  })
}
