/** What x can be: steps and times, or the values of another metric of the same run. */
import { isNumeric, isSystem } from '../../core/default-metrics'
import { searchPattern, wholeFirst } from '../../core/search-pattern'
import { nameText, parseSelector, selectorText } from '../../core/selector'
import type { Pickers } from '../../core/wire'
import { contextWords } from './pick'

export interface Alignment {
  /** As the address and the API write it. */
  readonly value: string
  readonly label: string
}

export const ALIGNMENTS: readonly Alignment[] = [
  { value: 'step', label: 'step' },
  { value: 'epoch', label: 'epoch' },
  { value: 'relative', label: 'time since start' },
  { value: 'absolute', label: 'time of day' },
]
const BY_METRIC = 'metric:'

/** Metrics, those with several contexts in each of them as well; system metrics last. */
export function metricAlignments(pickers: Pickers, search: string): Alignment[] {
  const pattern = searchPattern(search)
  const metrics = pickers.metrics.filter(isNumeric).sort((a, b) => Number(isSystem(a.name)) - Number(isSystem(b.name)))
  return metrics.flatMap(({ name, contexts }) => {
    const each = contexts.length > 1 ? contexts.map(({ context }) => context) : []
    return wholeFirst([{}, ...each], (context, whole) => pattern.test(name, contextWords(context), whole)).map((context) => ({
      value: BY_METRIC + selectorText({ name, context }),
      label: [name, contextWords(context)].filter(Boolean).join('  '),
    }))
  })
}

/** The name of an alignment: `step`, `loss`, `f1 de, dev`. */
export function alignmentWords(value: string): string {
  const known = ALIGNMENTS.find((alignment) => alignment.value === value)
  if (known) return known.label
  const { name, context } = parseSelector(value.slice(BY_METRIC.length))
  return [nameText(name), Object.values(context).map(String).join(', ')].filter(Boolean).join(' ')
}
