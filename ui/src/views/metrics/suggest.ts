/** Metrics worth a look when none is chosen, and a first way to draw them. */
import { isSystem } from '../../core/default-metrics'
import { formatParam } from '../../core/format'
import { metricExpression } from '../../core/run-columns'
import { extent, type RunsTable } from '../../core/runs-table'
import { selectorText } from '../../core/selector'
import type { MetricsState } from '../../core/view-state'
import type { Context, MetricPicker, Pickers } from '../../core/wire'
import { contextValues, varyingParams } from './keys'

export interface Suggestion {
  readonly metric: MetricPicker
  /** The context that most runs have; its values stand for the metric. */
  readonly context: Context
  readonly column: string
  readonly low: number
  readonly high: number
  /** Values of the runs, lowest first, for a small picture. */
  readonly values: readonly number[]
}

/** Enough to choose from; each costs a column of the runs table. */
const MAX_CANDIDATES = 16
/** Up to so many runs are told apart one by one. */
const MANY_RUNS = 12
/** Contexts of one key beyond this many make a wall of charts. */
const MAX_FACETS = 24
const HELD_OUT = ['dev', 'val', 'valid', 'validation', 'eval', 'test']

export function candidates(pickers: Pickers): { metric: MetricPicker; context: Context; column: string }[] {
  return pickers.metrics
    .filter((metric) => !isSystem(metric.name) && (metric.kind === 'float' || metric.kind === 'int'))
    .sort((a, b) => b.runs - a.runs)
    .slice(0, MAX_CANDIDATES)
    .map((metric) => {
      const context = typicalContext(metric)
      return { metric, context, column: metricExpression({ name: metric.name, context, reducer: 'last' }) }
    })
}

function typicalContext(metric: MetricPicker): Context {
  const common = [...metric.contexts].sort((a, b) => b.runs - a.runs || heldOutRank(a.context) - heldOutRank(b.context))
  return common[0]?.context ?? {}
}

function heldOutRank(context: Context): number {
  const ranks = Object.values(context).map((value) => HELD_OUT.indexOf(String(value)))
  const found = ranks.filter((rank) => rank >= 0)
  return found.length ? Math.min(...found) : HELD_OUT.length
}

/** Metrics by how far they spread the runs apart, widest first: quartile range over the whole range and its middle. */
export function suggestions(pickers: Pickers, table: RunsTable): Suggestion[] {
  const found = candidates(pickers).flatMap(({ metric, context, column }) => {
    const values = table.columns.get(column)
    const range = values?.kind === 'number' ? extent(values) : null
    if (values?.kind !== 'number' || !range) return []
    const sorted = [...values.values].filter(Number.isFinite).sort((a, b) => a - b)
    return [{ metric, context, column, low: range[0], high: range[1], values: sorted }]
  })
  return found.sort((a, b) => spread(b.values) - spread(a.values))
}

function spread(sorted: readonly number[]): number {
  const quantile = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? 0
  const size = Math.max(Math.abs(quantile(0.05)), Math.abs(quantile(0.95)))
  return size > 0 ? (quantile(0.75) - quantile(0.25)) / size : 0
}

/**
 * A first picture of a metric: charts by the context key with the most values, other keys held at their usual value;
 * colours by the numeric param with the most values that is no seed, and rather one that groups runs than one with
 * another value in each, such as a result; seeds folded.
 */
export function firstView({ metric, context, values }: Pick<Suggestion, 'metric' | 'context' | 'values'>, pickers: Pickers): Partial<MetricsState> {
  const keys = [...contextValues(pickers, metric.name)].filter(([, values]) => values.size > 1)
  keys.sort((a, b) => b[1].size - a[1].size)
  const facet = keys.find(([key, values]) => values.size <= MAX_FACETS && heldOutRank({ key: context[key] ?? '' }) === HELD_OUT.length)
  const held = Object.fromEntries(keys.filter(([key]) => key !== facet?.[0] && key in context).map(([key]) => [key, context[key]!]))
  const varying = varyingParams(pickers).filter(({ path }) => !/seed/i.test(path))
  const numeric = varying.filter(({ kinds, distinct }) => distinct <= 24 && kinds.every((kind) => kind === 'float' || kind === 'int'))
  const grouping = numeric.filter(({ distinct, runs }) => distinct < runs)
  const color = [...(grouping.length ? grouping : numeric)].sort((a, b) => b.distinct - a.distinct)[0] ?? varying.find(({ distinct }) => distinct <= 8)
  return {
    m: [selectorText({ name: metric.name, context: held })],
    ch: facet ? [`metric.context.${facet[0]}`] : [],
    c: color ? [color.expression] : [],
    fold: color !== undefined && values.length > MANY_RUNS,
  }
}

/** `lang de, subset dev` */
export function contextText(context: Context): string {
  return Object.entries(context)
    .map(([key, value]) => `${key} ${formatParam(value)}`)
    .join(', ')
}
