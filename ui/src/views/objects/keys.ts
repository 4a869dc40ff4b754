/** What objects can be grouped, sorted and captioned by. */
import { plural } from '../../core/format'
import { shortParam } from '../../core/run-columns'
import type { PickerGroup } from '../../components/picker'
import type { Json, Pickers } from '../../core/wire'
import type { Kind } from './state'

const RUN_KEYS = ['run.name', 'run.experiment', 'run.status', 'run.tags', 'run.id']
const WORDS: Record<string, string> = { 'metric.name': 'name', 'run.name': 'run', series: 'name and context', size: 'size' }

/** `lr` of `-run.hparams.lr`, `lang` of `metric.context.lang`. */
export function keyWord(key: string): string {
  const bare = key.replace(/^-/, '')
  return WORDS[bare] ?? shortParam(bare)
}

/** `lr, step ↓`, or `none`. */
export function keysWords(keys: readonly string[], none = 'none'): string {
  return keys.map((key) => `${keyWord(key)}${key.startsWith('-') ? ' ↓' : ''}`).join(', ') || none
}

export function objectKeys(pickers: Pickers, kind: Kind): PickerGroup[] {
  const params = pickers.params.map((entry) => ({
    id: entry.expression,
    label: entry.path,
    note: entry.distinct > 1 ? plural(entry.distinct, 'value') : 'constant',
    varies: entry.distinct > 1,
  }))
  return [
    { title: 'Object', items: [{ id: 'step', label: 'step' }, { id: 'index', label: 'index' }, { id: 'metric.name', label: 'name' }] },
    {
      title: 'Context',
      items: [...contextKeys(pickers, kind)].map(([key, values]) => ({ id: `metric.context.${key}`, label: key, note: plural(values.size, 'value') })),
    },
    { title: 'Run', items: RUN_KEYS.map((id) => ({ id, label: keyWord(id) })) },
    { title: 'Params that vary', items: params.filter(({ varies }) => varies) },
    { title: 'Constant params', items: params.filter(({ varies }) => !varies) },
  ].filter((group) => group.items.length)
}

/** What captions can say: the object itself, then whatever it can be grouped by. */
export function captionFields(pickers: Pickers, kind: Kind): PickerGroup[] {
  const own = ['run.name', 'series', 'step', 'index', 'epoch', 'caption', 'size'].map((id) => ({ id, label: keyWord(id) }))
  const others = objectKeys(pickers, kind)
    .filter(({ title }) => title !== 'Object')
    .map((group) => ({ title: group.title, items: group.items.filter(({ id }) => id !== 'run.name') }))
  return [{ title: 'Object', items: own }, ...others]
}

function contextKeys(pickers: Pickers, kind: Kind): Map<string, Set<Json>> {
  const found = new Map<string, Set<Json>>()
  for (const metric of pickers.metrics)
    if (metric.kind === kind)
      for (const { context } of metric.contexts)
        for (const [key, value] of Object.entries(context)) found.set(key, (found.get(key) ?? new Set()).add(value))
  return found
}

/** The kinds that are there. */
export function kindsPresent(metrics: Pickers['metrics']): Set<string> {
  return new Set(metrics.map(({ kind }) => kind))
}
