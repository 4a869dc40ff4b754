/** The chosen metrics as few chips: those that differ in one key of the context alone share one. */
import { formatParam } from '../../core/format'
import { contextJson, parseSelector, selectorText, shortSelector } from '../../core/selector'
import type { Context, Json, Pickers } from '../../core/wire'
import { contextValues } from './keys'

export interface Part {
  readonly selector: string
  /** `de` */
  readonly label: string
}

export interface MetricChip {
  readonly id: string
  readonly name: string
  /** What all parts have in common: `dev`. */
  readonly common: string
  /** The key in which the parts differ, or may differ when there is one; null where there is no context. */
  readonly key: string | null
  readonly parts: readonly Part[]
}

interface Chosen {
  readonly text: string
  readonly name: string
  readonly context: Context
}

/** Chips in the order in which their first metric was chosen. */
export function metricChips(selected: readonly string[], pickers?: Pickers): MetricChip[] {
  const chosen = [...new Set(selected)].map((text): Chosen => ({ text, ...parseSelector(text) }))
  const families = groupOf(chosen, ({ name, context }) => `${name} ${Object.keys(context).sort().join(' ')}`)
  const chips = families.flatMap((family) => {
    const key = sharedKey(family, pickers)
    if (key === null) return family.map((one) => chip([one], null))
    return groupOf(family, ({ context }) => contextJson(without(context, key))).map((group) => chip(group, key))
  })
  const place = (each: MetricChip): number => selected.indexOf(each.parts[0]!.selector)
  return chips.sort((a, b) => place(a) - place(b))
}

/** The key in which a family differs most; with a single member the one that has most values in the project. */
function sharedKey(family: readonly Chosen[], pickers: Pickers | undefined): string | null {
  const keys = Object.keys(family[0]!.context)
  const known = pickers ? contextValues(pickers, family[0]!.name) : new Map<string, Set<Json>>()
  const count = (key: string): number => new Set(family.map(({ context }) => context[key])).size
  const order = (a: string, b: string): number => count(b) - count(a) || (known.get(b)?.size ?? 0) - (known.get(a)?.size ?? 0)
  return keys.sort(order)[0] ?? null
}

function chip(group: readonly Chosen[], key: string | null): MetricChip {
  const { name, context } = group[0]!
  const common = key === null ? context : without(context, key)
  return {
    id: `${name} ${key} ${contextJson(common)}`,
    name,
    common: Object.entries(common).map(([each, value]) => word(each, value)).join(', '),
    key,
    parts: group.map((each) => ({
      selector: each.text,
      label: key === null ? shortSelector(each.text) : word(key, each.context[key]!),
    })),
  }
}

/** Words speak for themselves, numbers and switches do not: `dev`, but `gpu 0`. */
function word(key: string, value: Json): string {
  return typeof value === 'string' ? value : `${key} ${formatParam(value) || 'none'}`
}

function without(context: Context, key: string): Context {
  return Object.fromEntries(Object.entries(context).filter(([each]) => each !== key))
}

/** What a chip can be extended by: every value that its key has beside the common part, as items of a picker. */
export function partChoices(chip: MetricChip, pickers: Pickers): { id: string; label: string; note?: string }[] {
  const { key } = chip
  if (key === null) return []
  const common = without(parseSelector(chip.parts[0]!.selector).context, key)
  const contexts = pickers.metrics.find(({ name }) => name === chip.name)?.contexts ?? []
  const fitting = contexts.filter(({ context }) => key in context && Object.entries(common).every(([each, value]) => context[each] === value))
  const values = new Set(fitting.map(({ context }) => context[key]!))
  return [...values].map((value) => ({ id: selectorText({ name: chip.name, context: { ...common, [key]: value } }), label: word(key, value) }))
}

function groupOf<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return [...groups.values()]
}
