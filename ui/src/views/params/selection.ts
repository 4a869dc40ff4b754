/** The selected runs as a condition, as words and as addresses of other pages. */
import { encode, type Fields, type StateOf } from '../../core/codec'
import { idsExpression, MOST_IDS, openUrl } from '../../core/open-in'
import { parseMetricExpression } from '../../core/run-columns'
import { differingKey, selectorText } from '../../core/selector'
import { METRICS } from '../../core/view-state'
import { type Brushes, brushText, type Mask } from '../../plot/axes/brush'
import type { Scene } from '../../plot/axes/scene'
import { brushExpression, narrowed } from '../../app/axes/brush-text'

/** "acc zh ≥ .800, technique full or head"; empty without a brush. */
export function selectionText(scene: Scene, brushes: Brushes): string {
  return scene.axes
    .flatMap((axis) => {
      const parts = brushes.get(axis.key)
      return parts ? [`${axis.title} ${brushText(axis, parts)}`] : []
    })
    .join(', ')
}

/** The line of each run: of folded ones, that of all behind it. */
export function lineOfRuns({ ids, members }: Pick<Scene, 'ids' | 'members'>): Map<string, number> {
  return new Map(ids.flatMap((id, line) => (members?.[line] ?? [id]).map((run) => [run, line] as const)))
}

/** Ids of the selected runs; of a folded line, those of all its runs. */
export function selectedIds(scene: Scene, { selected }: Mask): string[] {
  return scene.ids.flatMap((id, line) => (selected[line] ? (scene.members?.[line] ?? [id]) : []))
}

/**
 * The selected runs as a condition of the query language; null where nothing is brushed.
 *
 * The median of several runs is no property of one of them: folded lines are named run by run.
 */
export function selectionCondition(scene: Scene, brushes: Brushes, mask: Mask): string | null {
  const condition = brushExpression(scene.axes, brushes)
  return condition !== null && scene.members ? idsExpression(selectedIds(scene, mask)) : condition
}

/** Why a selection cannot be written as a condition, in words; null when it can. */
export function whyNotNarrow(scene: Scene, mask: Mask): string | null {
  if (scene.members === null || selectedIds(scene, mask).length <= MOST_IDS) return null
  return `Folded lines are kept run by run, and at most ${MOST_IDS} fit an address. Brush fewer, or unfold first.`
}

/** The metrics of the axes, a chart for each value of what their contexts differ in, coloured by the first param. */
function metricsUrl(query: string, entries: readonly string[]): string {
  const shown = entries.flatMap((entry) => parseMetricExpression(entry) ?? [])
  const facet = differingKey(shown.map(({ context }) => context))
  const color = entries.find((entry) => !parseMetricExpression(entry))
  const state = {
    ...defaults(METRICS),
    q: query,
    m: [...new Set(shown.map(selectorText))],
    ch: facet === undefined ? METRICS.ch.fallback : [`metric.context.${facet}`],
    c: color === undefined ? METRICS.c.fallback : [color],
  }
  return `/metrics${encode(METRICS, state)}`
}

function defaults<F extends Fields>(fields: F): StateOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.fallback])) as StateOf<F>
}

export interface OpenLinks {
  readonly metrics: string
  readonly runs: string
  readonly scatter: string
  readonly select: string
}

/** Args: condition: null = all runs of the query. */
export function openLinks(query: string, condition: string | null, entries: readonly string[]): OpenLinks {
  const narrow = condition === null ? query : narrowed(query, condition, true)
  return {
    metrics: metricsUrl(narrow, entries),
    runs: openUrl('runs', { query: narrow }),
    scatter: openUrl('scatter', { query: narrow }),
    select: openUrl('select', { query: narrow }),
  }
}
