/** What lines can be grouped by, and how keys and their values read. */
import { isSystem } from '../../core/default-metrics'
import { formatParam, plural } from '../../core/format'
import { shortParam } from '../../core/run-columns'
import type { Json, LineGroup, ParamPicker, Pickers } from '../../core/wire'

/** A titled part of a list of keys, as the picker takes it. */
export interface KeyGroup {
  title: string
  items: { id: string; label: string; note?: string }[]
}

const RUN_PROPERTIES = ['run.name', 'run.experiment', 'run.tags', 'run.status', 'run.created_at.date()', 'run.note', 'run.id'] as const
const NAMES: Readonly<Record<string, string>> = { 'metric.name': 'metric', 'run.name': 'run', 'run.created_at.date()': 'day' }
const TAG = 'tag:'
/** In front of an expression that would be taken for something else. */
const EXPRESSION = 'expr:'

export function groupingKeys(pickers: Pickers): KeyGroup[] {
  const param = (entry: ParamPicker): { id: string; label: string; note: string } => ({
    id: entry.expression,
    label: entry.path,
    note: entry.distinct > 1 ? plural(entry.distinct, 'value') : 'constant',
  })
  const contexts = [...contextValues(pickers)]
  return [
    { title: 'Params that vary', items: varyingParams(pickers).map(param) },
    {
      title: 'Metric',
      items: [
        { id: 'metric.name', label: 'metric' },
        ...contexts.map(([key, values]) => ({
          id: `metric.context.${key}`,
          label: key,
          note: plural(values.size, 'value'),
        })),
      ],
    },
    { title: 'Run', items: RUN_PROPERTIES.map((id) => ({ id, label: keyName(id) })) },
    { title: 'Tags', items: pickers.tags.map(({ name, runs }) => ({ id: TAG + name, label: `tag ${name}`, note: plural(runs, 'run') })) },
    { title: 'Constant params', items: pickers.params.filter((entry) => entry.distinct <= 1).map(param) },
  ].filter((group) => group.items.length > 0)
}

export function varyingParams(pickers: Pickers): ParamPicker[] {
  return pickers.params.filter((entry) => entry.distinct > 1)
}

/** Values of each context key over the metrics of people, not of the machine. */
export function contextValues(pickers: Pickers, name?: string): Map<string, Set<Json>> {
  const found = new Map<string, Set<Json>>()
  for (const metric of pickers.metrics) {
    if (name === undefined ? isSystem(metric.name) : metric.name !== name) continue
    for (const { context } of metric.contexts)
      for (const [key, value] of Object.entries(context)) {
        const values = found.get(key) ?? new Set()
        found.set(key, values.add(value))
      }
  }
  return found
}

/** `lr` of `run.hparams.lr`, `lang` of `metric.context.lang`, `metric` of `metric.name`, `lr > .1` of an expression. */
export function keyName(key: string): string {
  if (key.startsWith(TAG)) return `tag ${key.slice(TAG.length)}`
  if (isExpression(key)) return key.replace(EXPRESSION, '').replace(/\brun\.(?!metrics\b)(?:\w+\.)*(\w+)/g, '$1')
  return NAMES[key] ?? shortParam(key)
}

/** Whether a key is none of those that can be picked from the list, but computed. */
export function isExpression(key: string): boolean {
  return !(key in NAMES || key.startsWith(TAG) || /^(run|metric)(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(key) || /^run\[("[^"]*"(, )?)+\]$/.test(key))
}

/** The key that an expression makes, as it is typed. */
export function expressionKey(text: string): string {
  const typed = text.trim()
  return /^[-*]/.test(typed) ? EXPRESSION + typed : typed
}

/** The words of a control: `lr`, `lr, batch`, `all but seed`, `none`. */
export function keysText(keys: readonly string[], none = 'none'): string {
  if (keys.length === 0) return none
  if (!isReversed(keys)) return keys.map(keyName).join(', ')
  return `all but ${keys.map((key) => keyName(key.slice(1))).join(', ')}`
}

export const isReversed = (keys: readonly string[]): boolean => keys.length > 0 && keys.every((key) => key.startsWith('-'))

/** `1e−2`: the figures of a log scale, all in one way. */
export function powerLabel(value: number): string {
  return value.toExponential().replace(/-/g, '−').replace('+', '')
}

/**
 * `1e−3` of one key; `lr 1e−3, dropout .4` of several, where bare numbers would not tell which is which.
 *
 * Args:
 *   powers: the key whose numbers are all written as powers of ten.
 */
export function groupLabel(group: LineGroup | undefined, powers: string | null = null): string {
  const entries = Object.entries(group?.key ?? {})
  const value = (json: Json, key: string): string =>
    json === null ? 'none' : key === powers && typeof json === 'number' ? powerLabel(json) : formatParam(json)
  const [only] = entries
  if (!only) return group?.label ?? ''
  if (entries.length === 1 && only[0].startsWith(TAG)) return group?.label ?? ''
  if (entries.length === 1) return typeof only[1] === 'boolean' ? `${keyName(only[0])} ${value(only[1], only[0])}` : value(only[1], only[0])
  return entries
    .map(([key, json]) => (typeof json === 'string' ? json : `${keyName(key)} ${value(json, key)}`))
    .join(', ')
}

/**
 * Params that folding merges: they vary, yet are in no key of colour, stroke or chart.
 *
 * With a reversed key only what it leaves out is merged.
 *
 * Args:
 *   varying: keys of the params that differ among the runs.
 */
export function foldedParams(varying: readonly string[], keys: readonly string[]): string[] {
  const reversed = keys.filter((key) => key.startsWith('-')).map((key) => key.slice(1))
  if (reversed.length) return reversed.map(keyName)
  const used = new Set(keys)
  return varying.filter((key) => !used.has(key)).map(keyName)
}
