/** Which metrics a search finds, and what choosing a value of a context makes of the selectors. */
import { isNumeric, isSystem } from '../../core/default-metrics'
import { formatParam } from '../../core/format'
import { meansValue, regexBody, searchPattern, wholeFirst, type SearchPattern } from '../../core/search-pattern'
import { parseSelector, regexName, selectorText } from '../../core/selector'
import type { Context, Json, MetricPicker, Pickers } from '../../core/wire'

export interface Found {
  readonly metric: MetricPicker
  /** The contexts that the search means; all, when the name alone is found. */
  readonly contexts: MetricPicker['contexts']
}

export interface PickList {
  readonly pattern: SearchPattern
  readonly metrics: readonly Found[]
  readonly system: readonly Found[]
  /** The search itself as a selector that also takes what comes later; null for words. */
  readonly selector: string | null
}

export function pickList(pickers: Pickers, search: string): PickList {
  const { name, context } = parseSelector(search.trim())
  const pattern = searchPattern(name)
  const found = pickers.metrics.filter(isNumeric).flatMap((metric): Found[] => {
    const fitting = metric.contexts.filter((each) => hasAll(each.context, context))
    if (fitting.length === 0) return []
    if (pattern.test(metric.name)) return [{ metric, contexts: fitting }]
    if (pattern.kind !== 'words') return []
    const meant = wholeFirst(fitting, (each, whole) => pattern.test(metric.name, contextWords(each.context), whole))
    return meant.length ? [{ metric, contexts: meant }] : []
  })
  return {
    pattern,
    metrics: found.filter(({ metric }) => !isSystem(metric.name)),
    system: found.filter(({ metric }) => isSystem(metric.name)),
    selector: selectorOf(pattern, name, context),
  }
}

function selectorOf(pattern: SearchPattern, name: string, context: Context): string | null {
  if (pattern.kind === 'words' || pattern.error) return null
  return selectorText({ name: pattern.kind === 'regex' ? regexName(regexBody(name)) : name, context })
}

/** The selectors of what a search has found: whole metrics, or the contexts that it names. */
export function selectorsOf(list: PickList): string[] {
  return [...list.metrics, ...list.system].flatMap(({ metric, contexts }) =>
    contexts.length === metric.contexts.length ? [metric.name] : contexts.map(({ context }) => selectorText({ name: metric.name, context })),
  )
}

export const contextWords = (context: Context): string =>
  Object.entries(context)
    .map(([key, value]) => `${key} = ${formatParam(value)}`)
    .join(', ')

const hasAll = (context: Context, wanted: Context): boolean =>
  Object.entries(wanted).every(([key, value]) => meansValue(value, context[key]))

/** The values of each key in which the contexts of a metric differ. */
export function keysOf(metric: MetricPicker): Map<string, Json[]> {
  const keys = [...new Set(metric.contexts.flatMap(({ context }) => Object.keys(context)))].sort()
  const values = (key: string): Json[] => {
    const found = new Map(metric.contexts.flatMap(({ context }) => (key in context ? [[JSON.stringify(context[key]), context[key]!] as const] : [])))
    return [...found.values()]
  }
  return new Map(keys.map((key) => [key, values(key)] as const).filter(([, found]) => found.length > 1))
}

/** The values chosen of each key among the selectors of a metric, as JSON. */
export function chosenValues(selected: readonly string[], name: string): Map<string, Set<string>> {
  const chosen = new Map<string, Set<string>>()
  for (const text of selected) {
    const selector = parseSelector(text)
    if (selector.name !== name) continue
    for (const [key, value] of Object.entries(selector.context)) chosen.set(key, (chosen.get(key) ?? new Set()).add(JSON.stringify(value)))
  }
  return chosen
}

/**
 * The selectors after a value of a key was chosen or taken back: every combination of the chosen values that is tracked.
 *
 * What another metric has chosen stays, in its place.
 */
export function toggleValue(selected: readonly string[], metric: MetricPicker, key: string, value: Json): string[] {
  const chosen = chosenValues(selected, metric.name)
  const values = new Set(chosen.get(key))
  const json = JSON.stringify(value)
  if (!values.delete(json)) values.add(json)
  chosen.set(key, values)
  const combined = combinations([...chosen].filter(([, each]) => each.size > 0)).filter((context) =>
    metric.contexts.some((each) => hasAll(each.context, context)),
  )
  const made = Object.keys(combined[0] ?? {}).length ? combined.map((context) => selectorText({ name: metric.name, context })) : []
  return replaceOf(selected, metric.name, made)
}

/** Puts selectors where those of a metric stood, or at the end. */
export function replaceOf(selected: readonly string[], name: string, made: readonly string[]): string[] {
  const isOld = (text: string): boolean => parseSelector(text).name === name
  const first = selected.findIndex(isOld)
  const kept = (part: readonly string[]): string[] => part.filter((text) => !isOld(text))
  return first < 0 ? [...selected, ...made] : [...kept(selected.slice(0, first)), ...made, ...kept(selected.slice(first))]
}

function combinations(keys: readonly (readonly [string, ReadonlySet<string>])[]): Context[] {
  return keys.reduce<Context[]>(
    (contexts, [key, values]) => contexts.flatMap((context) => [...values].map((json) => ({ ...context, [key]: JSON.parse(json) as Json }))),
    [{}],
  )
}

/** The selectors of a metric's contexts: whether each, some or none is chosen by itself or with the whole metric. */
export function choiceOf(selected: readonly string[], metric: MetricPicker): 'all' | 'some' | 'none' {
  if (selected.includes(metric.name)) return 'all'
  return selected.some((text) => parseSelector(text).name === metric.name) ? 'some' : 'none'
}
