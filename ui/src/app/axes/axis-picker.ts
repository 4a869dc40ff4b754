/** What can be added as an axis: params that vary, metrics by context, the other params. */
import type { PickerGroup, PickerItem } from '../../components/picker'
import { isSystem } from '../../core/default-metrics'
import { plural } from '../../core/format'
import { metricExpression, parseMetricExpression } from '../../core/run-columns'
import { contextJson, contextLabel } from '../../core/selector'
import type { MetricPicker, ParamPicker, Pickers, Reducer } from '../../core/wire'
import { importanceWords } from '../../plot/axes/importance-text'
import type { Importance } from '../../plot/axes/rank'
import { varyingParams } from './axes'

const GROUPING: readonly PickerItem[] = [
  { id: 'run.experiment', label: 'experiment' },
  { id: 'run.status', label: 'status' },
  { id: 'run.name', label: 'name' },
]

const PROPERTIES: readonly PickerItem[] = [
  { id: 'run.experiment', label: 'experiment' },
  { id: 'run.status', label: 'status' },
  { id: 'run.duration', label: 'duration', note: 'seconds' },
  { id: 'run.name', label: 'name' },
]

/**
 * The first group holds the params that vary.
 *
 * Args: importances: by param, how far it goes with the colour; where given, the first group is sorted by it.
 */
export function axisGroups(
  pickers: Pickers | undefined,
  chosen: readonly string[],
  importances: ReadonlyMap<string, Importance> = new Map(),
): PickerGroup[] {
  if (!pickers) return []
  const varying = varyingParams(pickers.params)
  const weight = ({ expression }: ParamPicker): number => Math.abs(importances.get(expression)?.value || 0)
  const inOrder = importances.size > 0 ? varying.toSorted((a, b) => weight(b) - weight(a)) : varying
  const title = importances.size > 0 ? 'Params that vary, by how far they go with the colour' : 'Params that vary'
  const others = pickers.params.filter((param) => !varying.includes(param) && !param.kinds.includes('list'))
  const reducers = chosenReducers(chosen)
  const metrics = (system: boolean): PickerGroup[] =>
    pickers.metrics
      .filter((metric) => isSystem(metric.name) === system)
      .map((metric) => ({ title: metricTitle(metric), items: metricItems(metric, reducers) }))
  return [
    { title, items: inOrder.map((param) => paramItem(param, importances.get(param.expression))) },
    ...metrics(false),
    { title: 'Run', items: PROPERTIES },
    { title: 'Params that are the same in all runs', items: others.map((param) => paramItem(param)) },
    ...metrics(true),
  ].filter((group, i) => i === 0 || group.items.length > 0)
}

function paramItem({ path, expression, distinct }: ParamPicker, found?: Importance): PickerItem {
  const strength = found && found.kind !== 'none' ? `${importanceWords(found)}, ` : ''
  return { id: expression, label: path, note: `${strength}${plural(distinct, 'value')}` }
}

/** What runs can be grouped by: params, most telling first, and properties. */
export function groupKeys(pickers: Pickers | undefined): PickerGroup[] {
  if (!pickers) return []
  const varying = varyingParams(pickers.params)
  const others = pickers.params.filter((param) => !varying.includes(param) && !param.kinds.includes('list'))
  return [
    { title: 'Params that vary', items: varying.map((param) => paramItem(param)) },
    { title: 'Run', items: GROUPING },
    { title: 'Params that are the same in all runs', items: others.map((param) => paramItem(param)) },
  ].filter((group) => group.items.length > 0)
}

function metricTitle({ name, goal }: MetricPicker): string {
  return `${name} ${goal === 'max' ? '↑' : '↓'}`
}

function metricItems({ name, contexts }: MetricPicker, reducers: ReadonlyMap<string, Reducer>): PickerItem[] {
  return contexts.map(({ context, runs }) => ({
    id: metricExpression({ name, context, reducer: reducers.get(name + contextJson(context)) ?? 'last' }),
    label: `${name} ${contextLabel(context)}`,
    note: plural(runs, 'run'),
  }))
}

/** A metric that is an axis already is listed with the reducer it has there. */
function chosenReducers(chosen: readonly string[]): Map<string, Reducer> {
  return new Map(
    chosen.flatMap((entry) => {
      const metric = parseMetricExpression(entry)
      return metric ? [[metric.name + contextJson(metric.context), metric.reducer] as const] : []
    }),
  )
}

/** The axis of a metric with another reducer; other axes stay as they are. */
export function withReducer(entry: string, reducer: Reducer): string {
  const metric = parseMetricExpression(entry)
  return metric ? metricExpression({ ...metric, reducer }) : entry
}
