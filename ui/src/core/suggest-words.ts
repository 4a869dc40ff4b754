/** What a project has to offer to an expression: paths, values, metrics, contexts, functions. */
import { formatParam, plural } from './format'
import type { Context, Json, MetricPicker, Pickers } from './wire'

export interface Suggestion {
  text: string
  note: string
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
  ['active', 'true or false'],
]
const STATUSES = ['finished', 'running', 'failed', 'stopped', 'lost']
/** The roots of sequences that are no numbers, by the kind of what is tracked. */
const SEQUENCES: Readonly<Record<string, string>> = { text: 'texts', image: 'images', audio: 'audios', figure: 'figures', distribution: 'distributions', table: 'tables', predictions: 'predictions' }
const NUMBERS: readonly Suggestion[] = [
  { text: 'last', note: 'by step' },
  { text: 'best', note: 'by the goal of the metric' },
  { text: 'min', note: 'least' },
  { text: 'max', note: 'greatest' },
  { text: 'mean', note: 'of all points' },
  { text: 'first', note: 'by step' },
  { text: 'n', note: 'number of points' },
  { text: 'last_step', note: 'step' },
  { text: 'argmax', note: 'step of the greatest' },
  { text: 'argmin', note: 'step of the least' },
  { text: 'argbest', note: 'step of the best' },
  { text: 'at(', note: 'at a step, or the last before it' },
  { text: 'first_step', note: 'step' },
]
const FUNCTIONS: readonly Suggestion[] = [
  { text: 'has(', note: 'is it recorded at all' },
  { text: 'any(', note: 'any(v > 0.5 for v in …)' },
  { text: 'all(', note: 'all(v > 0.5 for v in …)' },
  { text: 'len(', note: 'how many' },
  { text: 'mean(', note: 'over contexts' },
  { text: 'median(', note: 'over contexts' },
  { text: 'min(', note: 'least' },
  { text: 'max(', note: 'greatest' },
  { text: 'abs(', note: 'without its sign' },
  { text: 'round(', note: 'to digits' },
  { text: 'datetime(', note: 'year, month, day' },
  { text: 'datetime.now()', note: 'now' },
  { text: 'timedelta(', note: 'days=7' },
  { text: 'math.log10(', note: 'logarithm' },
  { text: 're.search(', note: 'pattern, text' },
]
/** More metrics than this are no help before a letter is typed. */
const UNASKED = 8

/** What an operand can begin with: paths by any part of their name, then metrics and functions. */
export function operands(typed: string, pickers: Pickers): Suggestion[] {
  if (typed.startsWith('run.')) return runPaths(pickers)
  if (typed.startsWith('metric.')) return metricPaths(pickers)
  const sequence = Object.values(SEQUENCES).find((root) => typed.startsWith(`${root}.`))
  if (sequence) return ['name', 'n', 'last_step', 'first_step', 'context.'].map((field) => ({ text: `${sequence}.${field}`, note: '' }))
  return typed === '' ? [...roots(pickers), ...varying(pickers).slice(0, UNASKED)] : byAnyPart(typed, pickers)
}

function roots(pickers: Pickers): Suggestion[] {
  const kinds = new Set(pickers.metrics.map(({ kind }) => kind))
  return [
    { text: 'run.', note: 'params and properties' },
    { text: 'metric.', note: 'name and context' },
    ...Object.entries(SEQUENCES).flatMap(([kind, root]) => (kinds.has(kind) ? [{ text: `${root}.`, note: 'name and context' }] : [])),
  ]
}

function byAnyPart(typed: string, pickers: Pickers): Suggestion[] {
  const wanted = typed.toLowerCase()
  const has = (text: string): boolean => text.toLowerCase().includes(wanted)
  const starts = (text: string): boolean => text.toLowerCase().startsWith(wanted)
  return [
    ...roots(pickers).filter(({ text }) => starts(text)),
    ...[...varying(pickers), ...constant(pickers)].filter(({ text }) => has(text.replace(/^run\W?/, ''))),
    ...RUN_PROPS.filter(([name]) => starts(name)).map(([name, note]) => ({ text: `run.${name}`, note })),
    ...numeric(pickers).filter(({ name }) => has(name)).map((metric) => ({ text: `run.metrics[${JSON.stringify(metric.name)}].last`, note: plural(metric.runs, 'run') })),
    ...FUNCTIONS.filter(({ text }) => starts(text)),
    ...[{ text: 'not', note: '' }].filter(({ text }) => starts(text)),
  ]
}

const param = ({ expression, values, distinct }: Pickers['params'][number]): Suggestion => ({
  text: expression,
  note: distinct > 4 ? plural(distinct, 'value') : values.map(formatParam).join(', ').slice(0, 40),
})
const varying = (pickers: Pickers): Suggestion[] => pickers.params.filter(({ distinct }) => distinct > 1).map(param)
const constant = (pickers: Pickers): Suggestion[] => pickers.params.filter(({ distinct }) => distinct <= 1).map(param)
const numeric = (pickers: Pickers): MetricPicker[] => pickers.metrics.filter(({ kind }) => kind === 'float' || kind === 'int' || kind === 'bool')

function runPaths(pickers: Pickers): Suggestion[] {
  return [
    ...pickers.params.map(param),
    ...RUN_PROPS.map(([name, note]) => ({ text: `run.${name}`, note })),
    { text: 'run.metrics[', note: 'last, min, max, best of a metric' },
  ]
}

function metricPaths(pickers: Pickers): Suggestion[] {
  const keys = new Set(pickers.metrics.flatMap((metric) => metric.contexts.flatMap((item) => Object.keys(item.context))))
  return [
    { text: 'metric.name', note: 'text' },
    ...[...keys].sort().map((key) => ({ text: `metric.context.${key}`, note: valuesNote(contextValues(pickers.metrics, key)) })),
    ...NUMBERS.map(({ text, note }) => ({ text: `metric.${text}`, note })),
  ]
}

const valuesNote = (values: readonly Json[]): string => (values.length > 4 ? plural(values.length, 'value') : values.map(formatParam).join(', '))

/** What can stand after `run.metrics[`, and after the dot behind its end. */
export const metricNames = (pickers: Pickers): Suggestion[] =>
  numeric(pickers).flatMap(({ name, runs, contexts }) => [
    { text: `${JSON.stringify(name)}].last`, note: plural(runs, 'run') },
    ...(contexts.length > 1 ? [{ text: `${JSON.stringify(name)}, {`, note: plural(contexts.length, 'context') }] : []),
  ])
export const metricNumbers = (): readonly Suggestion[] => NUMBERS

/** Keys of the contexts of a metric that fit what is already given. */
export function contextKeys(pickers: Pickers, name: string, given: Context): Suggestion[] {
  const fitting = metricsNamed(pickers, name).flatMap(({ contexts }) => contexts.filter(({ context }) => fits(context, given)))
  const keys = new Set(fitting.flatMap(({ context }) => Object.keys(context)))
  return [...keys]
    .filter((key) => !(key in given))
    .sort()
    .map((key) => ({ text: `${JSON.stringify(key)}: `, note: valuesNote(distinct(fitting.map(({ context }) => context[key]))) }))
}

export function contextChoices(pickers: Pickers, name: string, key: string, given: Context): Suggestion[] {
  const values = contextValues(metricsNamed(pickers, name), key, given)
  return values.map((value) => ({ text: python(value), note: '' }))
}

const metricsNamed = (pickers: Pickers, name: string): MetricPicker[] => pickers.metrics.filter((metric) => metric.name === name)
const fits = (context: Context, given: Context): boolean => Object.entries(given).every(([key, value]) => context[key] === value)

function contextValues(metrics: readonly MetricPicker[], key: string, given: Context = {}): Json[] {
  return distinct(metrics.flatMap(({ contexts }) => contexts.filter(({ context }) => fits(context, given)).map(({ context }) => context[key])))
}

const distinct = (values: readonly (Json | undefined)[]): Json[] => [...new Set(values.filter((value): value is Json => value !== undefined))]

/** The values that stand after `path ==`; none where anything may. */
export function valuesOf(path: string, pickers: Pickers): Suggestion[] {
  const literal = (value: Json): Suggestion => ({ text: python(value), note: '' })
  const counted = ({ name, runs }: { name: string; runs: number }): Suggestion => ({ text: python(name), note: plural(runs, 'run') })
  if (path === 'run.status') return STATUSES.map(literal)
  if (path === 'run.experiment') return pickers.experiments.map(counted)
  if (path === 'metric.name') return numeric(pickers).map(counted)
  if (path === 'run.archived' || path === 'run.active') return [true, false].map(literal)
  const sequence = Object.entries(SEQUENCES).find(([, root]) => path === `${root}.name`)
  if (sequence) return pickers.metrics.filter(({ kind }) => kind === sequence[0]).map(counted)
  const key = /^\w+\.context\.(\w+)$/.exec(path)?.[1]
  if (key && !path.startsWith('run.')) return contextValues(pickers.metrics, key).map(literal)
  return pickers.params.find(({ expression }) => expression === path)?.values.map(literal) ?? []
}

export const tags = (pickers: Pickers): Suggestion[] => pickers.tags.map(({ name, runs }) => ({ text: python(name), note: plural(runs, 'run') }))

/** What can stand behind an operand that is compared with nothing yet. */
export function operatorsFor(path: string, pickers: Pickers): Suggestion[] {
  const values = valuesOf(path, pickers)
  const words = values.some(({ text }) => text.startsWith('"')) || /^run\.(name|note|id|experiment)$/.test(path)
  return [
    { text: '==', note: 'equal' },
    { text: '!=', note: 'not equal' },
    ...(words ? [] : ['>', '<', '>=', '<='].map((text) => ({ text, note: '' }))),
    { text: 'in (', note: 'one of' },
    { text: 'not in (', note: 'none of' },
    { text: 'is None', note: 'not recorded' },
    { text: 'is not None', note: 'recorded' },
  ]
}

function python(value: Json): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  return value === null ? 'None' : JSON.stringify(value)
}
