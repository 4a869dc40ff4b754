/** An answer of the server as charts of lines with colours and names: what the page draws. */
import { formatParam } from '../../core/format'
import { contextOf, type LineRow, type LinesAnswer } from '../../core/lines'
import { categoryColor } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { LineGroup, LinesMeta } from '../../core/wire'
import { MAX_LABELS } from '../../plot/lines/end-labels'
import type { Line, Weight } from '../../plot/lines/types'
import { groupLooks, strokeDashes, type Coloring } from './colors'
import { groupLabel, keyName } from './keys'
import { groupKey } from './request'

export interface Group {
  readonly key: string
  readonly label: string
  readonly color: string
  readonly dash: number
  /** What a colour chosen by hand is kept under; of all groups that have one colour. */
  readonly paint: string
}

export interface Facet {
  /** Label of the server; names the chart in the address. */
  readonly id: string
  readonly index: number
  readonly title: string
  readonly keys: readonly { readonly name: string; readonly value: string }[]
  readonly short: string
  readonly metric: string
  readonly lines: readonly Line[]
  readonly runs: number
  readonly groups: number
  readonly nNan: number
  readonly nInf: number
  /** Finite points of the lines before they were thinned, and as they are drawn. */
  readonly points: { readonly all: number; readonly drawn: number }
}

export interface Scene {
  readonly facets: readonly Facet[]
  readonly groups: readonly Group[]
  /** Rows of the answer by the group they belong to. */
  readonly groupOf: (row: LineRow) => Group
}

export interface Drawing {
  readonly tokens: ThemeTokens
  readonly fold: boolean
  /** Traces behind folded lines. */
  readonly traces: boolean
  readonly hidden: ReadonlySet<string>
  readonly runName: (run: string) => string
  /** Whether colours were asked for; else lines tell themselves apart while they are few. */
  readonly colored: boolean
  readonly coloring: Coloring
}

/** Up to so many lines of one chart get colours of their own when no key was chosen. */
const MAX_OWN_COLORS = 8

export function buildScene(answer: LinesAnswer, drawing: Drawing): Scene {
  const groups = makeGroups(answer.meta, drawing)
  const own = drawing.colored || drawing.fold ? null : ownGroups(answer.rows, drawing)
  const strokes = Math.max(1, answer.meta.strokes.length)
  const groupOf = own ?? ((row: LineRow): Group => groups[row.color * strokes + row.stroke]!)
  const rows = groupBy(answer.rows, (row) => row.chart)
  const charts: readonly LineGroup[] = answer.meta.charts.length ? answer.meta.charts : [{ label: '', key: {} }]
  const facets = charts.map((chart, index) => makeFacet(chart, index, rows.get(index) ?? [], groupOf, drawing, answer.meta.runs))
  const shown = new Set(answer.rows.map(groupOf))
  const all = own ? [...shown] : groups.filter((group) => shown.has(group))
  return { facets: facets.filter((facet) => facet.runs > 0), groups: all, groupOf }
}

function makeGroups(meta: LinesMeta, { tokens, coloring }: Drawing): Group[] {
  const colors: readonly LineGroup[] = meta.colors.length ? meta.colors : [{ label: '', key: {} }]
  const strokes: readonly LineGroup[] = meta.strokes.length ? meta.strokes : [{ label: '', key: {} }]
  const powers = meta.color_log && colors.every(({ value }) => typeof value === 'number' && value > 0 && value < 1)
  const inPowers = powers ? (Object.keys(colors[0]?.key ?? {})[0] ?? null) : null
  const looks = groupLooks(colors, meta, coloring, tokens)
  const dashes = strokeDashes(strokes, coloring)
  return colors.flatMap((color, at) =>
    strokes.map((stroke, nth) => ({
      key: groupKey(color.label, stroke.label),
      label: groupLabel(stroke.label ? { label: '', key: { ...color.key, ...stroke.key } } : color, inPowers),
      color: looks[at]!.color,
      dash: dashes[nth]! + looks[at]!.dash,
      paint: color.label,
    })),
  )
}

/** One group a run, or a context when there is one run: Figure 2 of the story needs no click. Null when too many. */
function ownGroups(rows: readonly LineRow[], drawing: Drawing): ((row: LineRow) => Group) | null {
  const runs = new Set(rows.map((row) => row.run))
  const name = runs.size > 1 ? (row: LineRow): string => row.run ?? '' : (row: LineRow): string => row.name + row.context
  const names = [...new Set(rows.map(name))]
  if (names.length < 2 || names.length > MAX_OWN_COLORS) return null
  const series = seriesNamer(rows)
  const label = (row: LineRow): string => (runs.size > 1 ? drawing.runName(row.run ?? '') : series(row))
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const key = name(row)
    const color = drawing.coloring.painted.get(key) ?? categoryColor(drawing.tokens, names.indexOf(key))
    if (!groups.has(key)) groups.set(key, { key: groupKey(key, ''), label: label(row), color, dash: 0, paint: key })
  }
  return (row) => groups.get(name(row))!
}

/** Names series by what tells them apart: `de`, or `f1 de` where names differ too. */
export function seriesNamer(rows: readonly LineRow[]): (row: LineRow) => string {
  const names = new Set(rows.map((row) => row.name))
  const contexts = new Map(rows.map((row) => [row.context, contextOf(row)]))
  const keys = new Set([...contexts.values()].flatMap(Object.keys))
  const varying = [...keys].filter((key) => new Set([...contexts.values()].map((context) => context[key])).size > 1)
  return (row) => {
    const context = contexts.get(row.context) ?? {}
    const values = varying.flatMap((key) => (key in context ? [formatParam(context[key])] : []))
    return [names.size > 1 || values.length === 0 ? row.name : '', values.join(', ')].filter(Boolean).join(' ')
  }
}

function makeFacet(
  chart: LineGroup,
  index: number,
  rows: readonly LineRow[],
  groupOf: (row: LineRow) => Group,
  drawing: Drawing,
  runs: number,
): Facet {
  const entries = Object.entries(chart.key).filter(([key]) => key !== 'metric.name')
  const keys = entries.map(([key, value]) => ({ name: keyName(key), value: value === null ? 'none' : formatParam(value) }))
  const names = [...new Set(rows.map((row) => row.name))]
  const metric = names.length === 1 ? names[0]! : `${names.length} metrics`
  const shown = rows.filter((row) => drawing.fold ? row.kind === 'fold' : row.kind === 'trace')
  const traces = rows.filter((row) => row.kind === 'trace')
  // Names of runs come in an answer of their own; lines that are too many to be named need not be made again for it.
  const named = { ...drawing, runName: shown.length <= MAX_LABELS ? drawing.runName : (): string => '' }
  const seen = new Map<string, number>()
  const lines = rows.flatMap((row) => {
    const line = makeLine(row, groupOf(row), named)
    if (!line) return []
    // A run with two tags is in two groups of one chart.
    const copies = (seen.get(line.id) ?? 0) + 1
    seen.set(line.id, copies)
    return [copies > 1 ? { ...line, id: `${line.id} ${copies}` } : line]
  })
  return {
    id: chart.label,
    index,
    title: names.length <= 3 ? names.join(', ') : metric,
    keys,
    short: keys.length ? keys.map((key) => key.value).join(', ') : metric,
    metric: names[0] ?? '',
    lines,
    // A run may be in several groups of a chart; without its traces the answer's own count is the bound.
    runs: traces.length ? new Set(traces.map((row) => row.run)).size : Math.min(runs, rows.reduce((sum, row) => sum + row.runs, 0)),
    groups: new Set(rows.map(groupOf)).size,
    nNan: shown.reduce((sum, row) => sum + row.nNan, 0),
    nInf: shown.reduce((sum, row) => sum + row.nInf, 0),
    points: { all: shown.reduce((sum, row) => sum + row.points - row.nNan - row.nInf, 0), drawn: shown.reduce((sum, row) => sum + standingFor(row), 0) },
  }
}

/** Points of runs that the drawn ones of a line stand for: at each place of a folded one, that of every run there. */
function standingFor({ x, n }: LineRow): number {
  return n ? n.reduce((sum, count) => sum + count, 0) : x.length
}

/** Null for what is hidden, and for folds that only the table shows. */
function makeLine(row: LineRow, group: Group, drawing: Drawing): Line | null {
  if (drawing.hidden.has(group.key) || (row.run !== null && drawing.hidden.has(row.run))) return null
  if (row.kind === 'fold' && !drawing.fold) return null
  const weight: Weight = !drawing.fold || row.kind === 'fold' ? 'line' : drawing.traces ? 'ghost' : 'latent'
  return {
    id: row.run === null ? `fold ${group.key}` : [row.run, row.name, row.context].join(' '),
    run: row.run,
    group: group.key,
    label: group.label || (row.run === null ? '' : drawing.runName(row.run)),
    x: row.x,
    y: row.y,
    raw: row.raw,
    lo: row.lo,
    hi: row.hi,
    n: row.n,
    color: group.color,
    dash: group.dash,
    live: row.status === 'running',
    weight,
    nonfiniteX: weight === 'line' ? row.nonfiniteX : NONE,
    nonfiniteY: weight === 'line' ? row.nonfiniteY : NO_VALUES,
    nNan: row.nNan,
    nInf: row.nInf,
  }
}

const NONE = new Float64Array()
const NO_VALUES = new Float32Array()

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const k = key(item)
    const list = groups.get(k)
    if (list) list.push(item)
    else groups.set(k, [item])
  }
  return groups
}
