/** The table below the charts: one row a group, below it its runs, and what they read at the cursor. */
import type { LineRow, LinesAnswer } from '../../core/lines'
import type { Goal } from '../../core/wire'
import { indexAt } from '../../plot/lines/search'
import { seriesNamer, type Group, type Scene } from './scene'

export interface Row {
  readonly key: string
  readonly group: Group
  /** Null for the row of a group. */
  readonly run: string | null
  readonly label: string
  readonly note: string
  readonly runs: number
  /** The line of each facet, in their order. */
  readonly lines: readonly (LineRow | null)[]
}

export interface Reading {
  readonly y: number
  readonly lo: number | null
  readonly hi: number | null
  readonly n: number
}

export interface Tree {
  readonly groups: readonly { readonly row: Row; readonly runs: readonly Row[] }[]
  /** Whether groups hold more than one run, so that opening them tells something. */
  readonly grouped: boolean
  /** Whether a group holds two runs anywhere; else its line is that of a run, and no median of anything. */
  readonly merged: boolean
}

export interface Names {
  readonly run: (run: string) => string
  /** What tells a run from the others of its group: `dropout, seed 0`. */
  readonly note: (run: string) => string
}

export function buildTree(answer: LinesAnswer, scene: Scene, names: Names): Tree {
  const place = new Map(scene.facets.map((facet, at) => [facet.index, at]))
  const groups = new Map<Group, { folds: (LineRow | null)[]; runs: Map<string, Row>; ids: Set<string> }>()
  const blank = (): (LineRow | null)[] => scene.facets.map(() => null)
  const labels = restLabels(answer.rows)
  for (const line of answer.rows) {
    const at = place.get(line.chart)
    if (at === undefined) continue
    const group = scene.groupOf(line)
    const entry = groups.get(group) ?? { folds: blank(), runs: new Map<string, Row>(), ids: new Set<string>() }
    groups.set(group, entry)
    if (line.run === null) entry.folds[at] = line
    else addRun(entry, group, line, at, labels(line), names, blank)
  }
  const order = new Map(scene.groups.map((group, at) => [group, at]))
  const sorted = [...groups].sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
  return {
    grouped: sorted.some(([, entry]) => entry.folds.some(Boolean)),
    merged: sorted.some(([, entry]) => entry.folds.some((line) => line?.n?.some((count) => count > 1))),
    groups: sorted.map(([group, entry]) => ({ row: groupRow(group, entry), runs: [...entry.runs.values()] })),
  }
}

function groupRow(group: Group, entry: { folds: (LineRow | null)[]; ids: Set<string> }): Row {
  const runs = entry.ids.size || Math.max(0, ...entry.folds.map((line) => line?.runs ?? 0))
  const label = group.label || 'all runs'
  return { key: group.key, group, run: null, label, note: '', runs, lines: entry.folds }
}

function addRun(
  entry: { runs: Map<string, Row>; ids: Set<string> },
  group: Group,
  line: LineRow,
  at: number,
  rest: string,
  names: Names,
  blank: () => (LineRow | null)[],
): void {
  const run = line.run!
  entry.ids.add(run)
  const key = `${group.key} ${run} ${rest}`
  const known = entry.runs.get(key)
  if (known) (known.lines as (LineRow | null)[])[at] ??= line
  else {
    const lines = blank()
    lines[at] = line
    const note = [rest, names.note(run)].filter(Boolean).join(', ')
    entry.runs.set(key, { key, group, run, label: names.run(run), note, runs: 1, lines })
  }
}

/** Tells two series of a run apart that share group and chart; empty where there is one. */
function restLabels(rows: readonly LineRow[]): (row: LineRow) => string {
  const seen = new Map<string, string>()
  let twice = false
  for (const row of rows) {
    if (row.run === null) continue
    const place = `${row.run} ${row.chart} ${row.color} ${row.stroke}`
    const series = row.name + row.context
    if ((seen.get(place) ?? series) !== series) twice = true
    seen.set(place, series)
  }
  return twice ? seriesNamer(rows) : () => ''
}

/**
 * The end of a line; of a folded one, the last place that at least half of its runs reach.
 *
 * Runs end in different places, on an axis of time all of them: the very last point would be that of one run.
 */
export function endIndex({ n, x }: Pick<LineRow, 'n' | 'x'>): number {
  if (!n) return x.length - 1
  const most = n.reduce((max, count) => Math.max(max, count), 0)
  return n.findLastIndex((count) => count >= most / 2)
}

/** What a line reads at `x`, or at its end when there is no cursor; null outside of it. One run spreads over nothing. */
export function readAt(line: LineRow | null, x: number | null): Reading | null {
  if (!line || line.x.length === 0) return null
  const at = x === null ? endIndex(line) : indexAt(line.x, x)
  if (at < 0) return null
  const n = line.n?.[at] ?? 1
  const spread = n > 1 ? { lo: line.lo?.[at] ?? null, hi: line.hi?.[at] ?? null } : { lo: null, hi: null }
  return { y: line.y[at]!, ...spread, n }
}

/** Where a line is best within what is drawn; the first place when several are. */
export function bestPlace(line: LineRow | null, goal: Goal): { x: number; y: number } | null {
  if (!line) return null
  let best = -1
  for (let i = 0; i < line.y.length; i++) {
    const value = line.y[i]!
    if (Number.isNaN(value)) continue
    if (best < 0 || (goal === 'max' ? value > line.y[best]! : value < line.y[best]!)) best = i
  }
  return best < 0 ? null : { x: line.x[best]!, y: line.y[best]! }
}
