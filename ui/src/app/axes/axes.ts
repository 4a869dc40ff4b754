/** Which axes a page starts with, and how axes are called. */
import { isSystem } from '../../core/default-metrics'
import { contextLabel } from '../../core/selector'
import { metricExpression, paramTitles, parseMetricExpression, paramPath, reducerText } from '../../core/run-columns'
import type { Context, Goal, MetricPicker, ParamPicker, Pickers, Reducer } from '../../core/wire'
import type { Column } from '../../plot/axes/axis'

const MAX_PARAMS = 4
const MAX_METRICS = 5
/** Contexts whose spread is compared; each is a column to fetch. */
const MAX_COMPARED = 40
/** Splits on which nobody should choose a model, and on which every model looks good. */
const NOT_FOR_CHOOSING = new Set(['test', 'train', 'training'])

export interface AxisName {
  readonly title: string
  /** Context that all metric axes share, and the reducer with the direction that is better. */
  readonly note: string
  /** Null for params. */
  readonly goal: Goal | null
  readonly reducer: Reducer | null
}

/** Params that differ among the runs, most telling first: many values, numbers before words before switches. */
export function varyingParams(params: readonly ParamPicker[]): ParamPicker[] {
  return params
    .filter((param) => param.distinct > 1 && !param.kinds.includes('list'))
    .sort((a, b) => b.distinct - a.distinct || kindRank(a) - kindRank(b) || (a.path < b.path ? -1 : 1))
}

function kindRank({ kinds }: ParamPicker): number {
  if (kinds.includes('float') || kinds.includes('int')) return 0
  return kinds.includes('str') ? 1 : 2
}

/** The params of the first view: no seeds, and no words that are different in nearly every run, as paths are. */
export function defaultParams(params: readonly ParamPicker[]): string[] {
  return varyingParams(params)
    .filter((param) => !isSeed(param.path) && !(kindRank(param) === 1 && param.distinct > param.runs / 2))
    .slice(0, MAX_PARAMS)
    .map((param) => param.expression)
}

export function isSeed(path: string): boolean {
  return /(^|[._])seed$/i.test(path)
}

/** Contexts of the metric that most runs have, to be compared by `defaultMetrics`. */
export function metricCandidates(metrics: readonly MetricPicker[]): string[] {
  const [metric] = metrics
    .filter((candidate) => !isSystem(candidate.name) && candidate.contexts.length > 0)
    .sort((a, b) => b.runs - a.runs || b.contexts.length - a.contexts.length || (a.name < b.name ? -1 : 1))
  if (metric === undefined) return []
  const choosable = metric.contexts.filter(({ context }) => forChoosing(context))
  return (choosable.length > 0 ? choosable : metric.contexts)
    .slice(0, MAX_COMPARED)
    .map(({ context }) => metricExpression({ name: metric.name, context, reducer: 'last' }))
}

function forChoosing(context: Context): boolean {
  return !Object.values(context).some((value) => NOT_FOR_CHOOSING.has(String(value)))
}

/**
 * The metric axes of the first view: those with the most spread, in the order given, and last the one with the best
 * median. That is what the models were trained for, so the last axis, which gives the colour, is the one people know.
 */
export function defaultMetrics(
  candidates: readonly string[],
  columns: ReadonlyMap<string, Column>,
  goal: Goal,
): string[] {
  const measured = candidates.flatMap((entry) => {
    const column = columns.get(entry)
    const sorted = column?.type === 'number' ? column.numbers.filter(Number.isFinite).sort() : new Float64Array()
    return sorted.length === 0 ? [] : [{ entry, median: sorted[sorted.length >> 1]!, spread: deviation(sorted) }]
  })
  if (measured.length === 0) return []
  const sign = goal === 'max' ? 1 : -1
  const home = measured.reduce((best, item) => (sign * item.median > sign * best.median ? item : best))
  const wide = measured
    .filter((item) => item !== home)
    .sort((a, b) => b.spread - a.spread)
    .slice(0, MAX_METRICS - 1)
  return [...candidates.filter((entry) => wide.some((item) => item.entry === entry)), home.entry]
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

const ARROW: Record<Goal, string> = { max: '↑', min: '↓' }

/**
 * Names of axes, next to each other: "acc de", where language is what differs, with "dev, last ↑" below.
 *
 * Of a context, what all metric axes share goes into the note, the rest into the title.
 */
export function axisNames(entries: readonly string[], pickers: Pickers | undefined): AxisName[] {
  const metrics = entries.map(parseMetricExpression)
  const shared = sharedContext(metrics.flatMap((metric) => (metric ? [metric.context] : [])))
  const titles = paramTitles(entries.filter((_, i) => metrics[i] === null).map(paramPath))
  const goals = new Map(pickers?.metrics.map((metric) => [metric.name, metric.goal]))
  return entries.map((entry, i) => {
    const metric = metrics[i]
    if (!metric) return { title: titles.get(paramPath(entry)) ?? entry, note: '', goal: null, reducer: null }
    const goal = goals.get(metric.name) ?? 'max'
    const own = Object.fromEntries(Object.entries(metric.context).filter(([key]) => !(key in shared)))
    return {
      title: [metric.name, contextLabel(own)].filter(Boolean).join(' '),
      note: [contextLabel(shared), `${reducerText(metric.reducer)} ${ARROW[goal]}`].filter(Boolean).join(', '),
      goal,
      reducer: metric.reducer,
    }
  })
}

function sharedContext(contexts: readonly Context[]): Context {
  const [first, ...rest] = contexts
  if (first === undefined || rest.length === 0) return first ?? {}
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) => rest.every((context) => context[key] === value)),
  )
}
