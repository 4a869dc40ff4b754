/** What can be added as an axis: params that vary, metrics by context, the other params. */
import type { PickerGroup, PickerItem } from '../../components/picker'
import { isSystem } from '../../core/default-metrics'
import { plural } from '../../core/format'
import { metricExpression, parseMetricExpression } from '../../core/run-columns'
import { contextJson, contextLabel } from '../../core/selector'
import type { MetricPicker, ParamPicker, Pickers, Reducer } from '../../core/wire'
import { varyingParams } from './axes'

const PROPERTIES: readonly PickerItem[] = [
  { id: 'run.experiment', label: 'experiment' },
  { id: 'run.status', label: 'status' },
  { id: 'run.duration', label: 'duration', note: 'seconds' },
]

/** The first group holds the params that vary. */
export function axisGroups(pickers: Pickers | undefined, chosen: readonly string[]): PickerGroup[] {
  if (!pickers) return []
  const varying = varyingParams(pickers.params)
  const others = pickers.params.filter((param) => !varying.includes(param) && !param.kinds.includes('list'))
  const reducers = chosenReducers(chosen)
  const metrics = (system: boolean): PickerGroup[] =>
    pickers.metrics
      .filter((metric) => isSystem(metric.name) === system)
      .map((metric) => ({ title: metricTitle(metric), items: metricItems(metric, reducers) }))
  return [
    { title: 'Params that vary', items: varying.map(paramItem) },
    ...metrics(false),
    { title: 'Run', items: PROPERTIES },
    { title: 'Params that are the same in all runs', items: others.map(paramItem) },
    ...metrics(true),
  ].filter((group, i) => i === 0 || group.items.length > 0)
}

function paramItem({ path, expression, distinct }: ParamPicker): PickerItem {
  return { id: expression, label: path, note: plural(distinct, 'value') }
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
