/** Columns of a runs table, as the API names them: expressions of the query language. */
import { contextJson, parseContext, parseSelector, selectorText, shortSelector } from './selector'
import type { AtStep, Context, Reducer } from './wire'

export interface MetricColumn {
  name: string
  context: Context
  reducer: Reducer
}

export const REDUCERS: readonly Reducer[] = ['last', 'best', 'min', 'max', 'first']

/** All reducers but `at(100)`, and how pages call them. */
export const REDUCER_WORDS: Readonly<Record<Exclude<Reducer, AtStep>, string>> = {
  last: 'last',
  best: 'best',
  min: 'min',
  max: 'max',
  first: 'first',
  mean: 'mean',
  n: 'points',
  argbest: 'step of best',
  argmin: 'step of min',
  argmax: 'step of max',
  last_step: 'last step',
}

/** Whether the reducer gives a value of the metric; the others count points or steps. */
export const isValue = (reducer: Reducer): boolean => isAtStep(reducer) || [...REDUCERS, 'mean'].includes(reducer)

export const isAtStep = (reducer: Reducer): reducer is AtStep => reducer.startsWith('at(')

/** "last", "step of best", "at step 100". */
export const reducerText = (reducer: Reducer): string =>
  isAtStep(reducer) ? `at step ${reducer.slice(3, -1)}` : REDUCER_WORDS[reducer]

const NAMES = [...Object.keys(REDUCER_WORDS), 'at\\(-?\\d+\\)'].join('|')
const METRIC = new RegExp(`^run\\.metrics\\[("(?:[^"\\\\]|\\\\.)*")(?:, (\\{.*\\}))?\\]\\.(${NAMES})$`)
const SHORT_METRIC = new RegExp(`^(${NAMES})\\((?!run\\.|metric\\.)([^()]+)\\)$`)

/** `run.metrics["f1", {"lang": "de"}].last` */
export function metricExpression({ name, context, reducer }: MetricColumn): string {
  const where = Object.keys(context).length ? `, ${contextJson(context)}` : ''
  return `run.metrics[${JSON.stringify(name)}${where}].${reducer}`
}

/** The metric behind an expression that `metricExpression` wrote; null for any other expression. */
export function parseMetricExpression(text: string): MetricColumn | null {
  const match = METRIC.exec(text)
  if (!match?.[1] || !match[3]) return null
  const context = match[2] ? parseContext(match[2]) : {}
  return context && { name: JSON.parse(match[1]) as string, context, reducer: match[3] as Reducer }
}

/** Before a column: it sorts downwards, or it was added to a table. */
const SIGN = /^[-+]/

/** `last(f1{lang=de})` for metrics, `-last(…)` with a sign; every other expression stays as it is. */
export function shortColumn(expression: string): string {
  if (SIGN.test(expression)) return `${expression[0]}${shortColumn(expression.slice(1))}`
  const metric = parseMetricExpression(expression)
  if (!metric) return expression
  const short = `${metric.reducer}(${shortSelector(selectorText(metric))})`
  return longColumn(short) === expression ? short : expression
}

export function longColumn(text: string): string {
  if (SIGN.test(text)) return `${text[0]}${longColumn(text.slice(1))}`
  const match = SHORT_METRIC.exec(text)
  if (!match?.[1] || !match[2]) return text
  return metricExpression({ ...parseSelector(match[2]), reducer: match[1] as Reducer })
}

/** `hparams.lr` of `run.hparams.lr`, `optim.batch-size` of `run["optim", "batch-size"]`. */
export function paramPath(expression: string): string {
  if (expression.startsWith('run.')) return expression.slice(4)
  if (!/^run\[".*"\]$/.test(expression)) return expression
  try {
    return (JSON.parse(expression.slice(3)) as string[]).join('.')
  } catch {
    return expression
  }
}

/** The last part of a dotted path, the way columns and chips name a param. */
export function shortParam(expression: string): string {
  const path = paramPath(expression)
  return path.slice(path.lastIndexOf('.') + 1)
}

/** Short names, but the whole path where two params would read the same. */
export function paramTitles(paths: readonly string[]): Map<string, string> {
  const seen = new Map<string, number>()
  for (const path of paths) seen.set(shortParam(path), (seen.get(shortParam(path)) ?? 0) + 1)
  return new Map(paths.map((path) => [path, seen.get(shortParam(path)) === 1 ? shortParam(path) : path]))
}
