/** What can come next in an expression: names after `run.` and `metric.`, values after `==`. Pure text work. */
import { formatParam } from './format'
import type { Json, Pickers } from './wire'

export interface Suggestion {
  text: string
  note: string
}

export interface Suggestions {
  /** The characters that a suggestion replaces. */
  start: number
  end: number
  items: Suggestion[]
}

const RUN_PROPS: readonly [string, string][] = [
  ['name', 'text'],
  ['id', 'text'],
  ['experiment', 'text'],
  ['status', 'text'],
  ['tags', 'list'],
  ['note', 'text'],
  ['created_at', 'date'],
  ['ended_at', 'date'],
  ['duration', 'seconds'],
  ['archived', 'true or false'],
]
const STATUSES = ['finished', 'running', 'failed', 'stopped', 'lost']
const SHOWN = 50

export function suggest(text: string, caret: number, pickers: Pickers): Suggestions | null {
  const before = text.slice(0, caret)
  return afterOperator(before, caret, pickers) ?? afterMetricsBracket(before, caret, pickers) ?? path(before, caret, pickers)
}

function path(before: string, caret: number, pickers: Pickers): Suggestions | null {
  const typed = /(?:^|[^\w."'\]])((?:run|metric)?[\w.]*)$/.exec(before)?.[1]
  if (typed === undefined || insideString(before)) return null
  const all: Suggestion[] = typed.startsWith('run.')
    ? runPaths(pickers)
    : typed.startsWith('metric.')
      ? metricPaths(pickers)
      : typed
        ? [{ text: 'run.', note: 'params and properties' }, { text: 'metric.', note: 'name and context' }]
        : []
  return matching(all, typed, caret - typed.length, caret)
}

function runPaths(pickers: Pickers): Suggestion[] {
  return [
    ...pickers.params.map((param) => ({ text: param.expression, note: paramNote(param.values, param.distinct) })),
    ...RUN_PROPS.map(([name, note]) => ({ text: `run.${name}`, note })),
    { text: 'run.metrics[', note: 'last, min, max, best of a metric' },
  ]
}

function metricPaths(pickers: Pickers): Suggestion[] {
  const keys = new Set(pickers.metrics.flatMap((metric) => metric.contexts.flatMap((item) => Object.keys(item.context))))
  return [
    { text: 'metric.name', note: 'text' },
    ...[...keys].sort().map((key) => ({ text: `metric.context.${key}`, note: '' })),
  ]
}

function paramNote(values: readonly Json[], distinct: number): string {
  if (distinct > 4) return `${distinct} values`
  return values.map(formatParam).join(', ').slice(0, 40)
}

function afterMetricsBracket(before: string, caret: number, pickers: Pickers): Suggestions | null {
  const typed = /run\.metrics\[("?[^"\]]*)$/.exec(before)?.[1]
  if (typed === undefined) return null
  const all = pickers.metrics.map((metric) => ({ text: `"${metric.name}"].last`, note: `${metric.runs} runs` }))
  return matching(all, typed, caret - typed.length, caret)
}

function afterOperator(before: string, caret: number, pickers: Pickers): Suggestions | null {
  const match = /((?:run|metric)\.[\w.]+)\s*(?:==|!=|<=|>=|<|>)\s*("?[^"\s]*)$/.exec(before)
  if (match?.[1] && match[2] !== undefined)
    return matching(valuesOf(match[1], pickers), match[2], caret - match[2].length, caret)
  const tag = /(?:^|[\s(])("[^"]*)$/.exec(before)?.[1]
  if (tag === undefined) return null
  const tags = pickers.tags.map(({ name, runs }) => ({ text: `${JSON.stringify(name)} in run.tags`, note: `${runs} runs` }))
  return matching(tags, tag, caret - tag.length, caret)
}

function valuesOf(path: string, pickers: Pickers): Suggestion[] {
  const literal = (value: Json): Suggestion => ({ text: python(value), note: '' })
  if (path === 'run.status') return STATUSES.map(literal)
  if (path === 'run.experiment') return pickers.experiments.map(({ name, runs }) => ({ text: python(name), note: `${runs} runs` }))
  if (path === 'metric.name') return pickers.metrics.map(({ name, runs }) => ({ text: python(name), note: `${runs} runs` }))
  const key = /^metric\.context\.(\w+)$/.exec(path)?.[1]
  if (key) {
    const values = pickers.metrics.flatMap((metric) => metric.contexts.map((item) => item.context[key]))
    return [...new Set(values)].filter((value) => value !== undefined).map(literal)
  }
  return pickers.params.find((param) => param.expression === path)?.values.map(literal) ?? []
}

function python(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return JSON.stringify(value)
}

function matching(all: readonly Suggestion[], typed: string, start: number, end: number): Suggestions | null {
  const wanted = typed.toLowerCase()
  const last = wanted.slice(wanted.lastIndexOf('.') + 1)
  const starts = all.filter((item) => item.text.toLowerCase().startsWith(wanted))
  const contains = all.filter((item) => !starts.includes(item) && last && item.text.toLowerCase().includes(last))
  const items = [...starts, ...contains].filter((item) => item.text !== typed).slice(0, SHOWN)
  return items.length ? { start, end, items } : null
}

function insideString(before: string): boolean {
  return (before.match(/"/g)?.length ?? 0) % 2 === 1
}
