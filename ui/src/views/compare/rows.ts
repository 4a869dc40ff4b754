/** Runs side by side, as rows of text: what they were given, where they ran, what came out. */
import { isSystem } from '../../core/default-metrics'
import { decimalsFor, formatDelta, formatDuration, formatFixed, formatParam, formatTime, isZero, paramNumberFormat, STATUS_WORDS } from '../../core/format'
import { commandText, flattenParams } from '../../core/params'
import { contextJson, contextLabel } from '../../core/selector'
import type { Goal, Json, RunDetails, RunMetric } from '../../core/wire'

export interface CompareCell {
  /** Empty where the run has none. */
  readonly text: string
  /** The same as in the first run. */
  readonly same: boolean
  /** Beside the text: difference to the first run. */
  readonly delta?: string
  readonly tone?: 'better' | 'worse'
  readonly best?: boolean
}

export interface CompareRow {
  readonly label: string
  readonly note?: string
  readonly cells: readonly CompareCell[]
  /** Whether the runs differ in it. */
  readonly differs: boolean
}

export interface CompareSection {
  readonly title: string
  readonly note?: string
  readonly rows: readonly CompareRow[]
}

type Tree = { [key: string]: Json }

export function compare(runs: readonly RunDetails[], by: 'last' | 'best'): CompareSection[] {
  return [
    { title: 'Run', rows: aboutRows(runs) },
    { title: 'Params', rows: pathRows(runs.map(({ params }) => params)) },
    { title: 'Metrics', note: `${by} value`, rows: metricRows(runs, by, (name) => !isSystem(name)) },
    { title: 'Environment', rows: pathRows(runs.map(({ env }) => environment(env))) },
    packages(runs),
    { title: 'Git', rows: pathRows(runs.map(({ env }) => gitFacts(env))) },
    { title: 'System metrics', note: `${by} value`, rows: metricRows(runs, by, isSystem) },
  ].filter(({ rows }) => rows.length)
}

/** The rows to show: without those that all runs share, and of those only the ones with all words. */
export function sift(sections: readonly CompareSection[], all: boolean, find: string): CompareSection[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  return sections
    .map((section) => ({
      ...section,
      rows: section.rows.filter((row) => {
        const text = `${row.label} ${row.note ?? ''} ${row.cells.map((cell) => cell.text).join(' ')}`.toLowerCase()
        return (all || row.differs) && words.every((word) => text.includes(word))
      }),
    }))
    .filter(({ rows }) => rows.length)
}

function textRow(label: string, texts: readonly string[]): CompareRow {
  return { label, cells: texts.map((text) => ({ text, same: text === texts[0] })), differs: texts.some((text) => text !== texts[0]) }
}

function aboutRows(runs: readonly RunDetails[]): CompareRow[] {
  const row = (label: string, text: (run: RunDetails) => string): CompareRow => textRow(label, runs.map(text))
  return [
    row('status', (run) => STATUS_WORDS[run.status] + (run.archived ? ', archived' : '')),
    row('experiment', (run) => run.experiment),
    row('tags', (run) => run.tags.join(', ')),
    row('started', (run) => (run.created === null ? '' : formatTime(run.created))),
    row('duration', (run) => formatDuration(run.duration)),
    row('error', (run) => run.error ?? ''),
    row('warnings', (run) => run.warnings.map(({ message }) => message).join('\n')),
    row('note', (run) => run.note),
    // Ids always differ and say nothing.
    { ...row('id', (run) => run.id), differs: false },
  ].filter(({ cells }) => cells.some(({ text }) => text))
}

/** Leaves of nested values, by path, in the order in which runs bring them. */
function pathRows(trees: readonly Tree[]): CompareRow[] {
  const flat = trees.map((tree) => new Map(flattenParams(tree).map(({ path, value }) => [path, value])))
  const paths = new Set(flat.flatMap((values) => [...values.keys()]))
  return [...paths].map((path) => {
    const write = writer(flat.map((values) => values.get(path)))
    return textRow(path, flat.map((values) => (values.has(path) ? write(values.get(path)) : '')))
  })
}

/** Numbers of a row in one form: 1e−3 beside 1e−2, not beside .01. */
function writer(values: readonly (Json | undefined)[]): (value: Json | undefined) => string {
  const format = paramNumberFormat(values.filter((value) => typeof value === 'number'))
  return (value) => (typeof value === 'number' ? format(value) : wholeText(value))
}

/** `None` and an empty text are values: they are not shown as if the run had none. */
function wholeText(value: Json | undefined): string {
  if (value === null) return 'None'
  return value === '' ? '“”' : formatParam(value)
}

function environment(env: Tree): Tree {
  const { command, git: _git, packages: _packages, ...rest } = env
  return { ...(command === undefined ? {} : { command: commandText(command) }), ...rest }
}

function gitFacts(env: Tree): Tree {
  const { diff: _diff, ...facts } = treeOf(env.git)
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null))
}

export function treeOf(value: Json | undefined): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function packages(runs: readonly RunDetails[]): CompareSection {
  const trees = runs.map(({ env }) => treeOf(env.packages))
  const rows = pathRows(trees).sort((a, b) => (a.label.toLowerCase() < b.label.toLowerCase() ? -1 : 1))
  const count = { added: 0, removed: 0, changed: 0 }
  for (const { cells } of rows) {
    const first = cells[0]?.text ?? ''
    for (const kind of new Set(cells.flatMap(({ text }) => (text === first ? [] : [!first ? 'added' : !text ? 'removed' : 'changed'] as const))))
      count[kind] += 1
  }
  const parts = Object.entries(count).filter(([, number]) => number)
  const captured = trees.every((tree) => Object.keys(tree).length)
  return {
    title: 'Packages',
    ...(captured && parts.length ? { note: `${parts.map(([kind, number]) => `${number} ${kind}`).join(', ')} against the first run` } : {}),
    rows,
  }
}

function metricRows(runs: readonly RunDetails[], by: 'last' | 'best', wanted: (name: string) => boolean): CompareRow[] {
  const keyOf = ({ name, context }: RunMetric): string => name + contextJson(context)
  const own = runs.map(({ metrics }) => new Map(metrics.filter(({ name }) => wanted(name)).map((metric) => [keyOf(metric), metric])))
  const keys = [...new Set(own.flatMap((metrics) => [...metrics.keys()]))]
  return keys.map((key) => {
    const metrics = own.map((values) => values.get(key))
    const some = metrics.find((metric) => metric !== undefined) as RunMetric
    return metricRow(some, metrics.map((metric) => metric?.[by] ?? Number.NaN))
  })
}

function metricRow({ name, context, goal }: RunMetric, values: readonly number[]): CompareRow {
  const known = values.filter(Number.isFinite)
  const decimals = decimalsFor(Math.min(...known), Math.max(...known))
  const best = goal === 'max' ? Math.max(...known) : Math.min(...known)
  const base = values[0] ?? Number.NaN
  const label = contextLabel(context)
  return {
    label: name,
    ...(label ? { note: label } : {}),
    differs: values.some((value) => !Object.is(value, base)),
    cells: values.map((value, at) => ({
      text: Number.isNaN(value) ? '' : formatFixed(value, decimals),
      same: at > 0 && Object.is(value, base),
      ...difference(value - base, at, decimals, goal),
      ...(!isSystem(name) && known.length > 1 && new Set(known).size > 1 && value === best ? { best: true } : {}),
    })),
  }
}

function difference(delta: number, at: number, decimals: number, goal: Goal): Pick<CompareCell, 'delta' | 'tone'> {
  if (at === 0 || !Number.isFinite(delta)) return {}
  const text = formatDelta(delta, decimals)
  return { delta: text, ...(isZero(text) ? {} : { tone: delta > 0 === (goal === 'max') ? ('better' as const) : ('worse' as const) }) }
}
