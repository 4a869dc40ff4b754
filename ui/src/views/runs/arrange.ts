/** Which value of a metric a column shows, and which way it is better: changes of the page's state. */
import { metricExpression, parseMetricExpression } from '../../core/run-columns'
import type { RunsState } from '../../core/view-state'
import type { Goal, Reducer } from '../../core/wire'

export type Patch = Partial<RunsState>

/** A metric column by another reducer, with all that hangs on it. */
export function setReducer(view: RunsState, metrics: readonly string[], id: string, reducer: Reducer): Patch {
  const metric = parseMetricExpression(id)
  return metric ? replaced(view, metrics, new Map([[id, metricExpression({ ...metric, reducer })]])) : {}
}

const OPPOSITE: Partial<Record<Reducer, Record<Goal, Reducer>>> = {
  best: { min: 'min', max: 'max' },
  argbest: { min: 'argmin', max: 'argmax' },
}

/** Which way a metric is better. What was its best by name becomes its lowest or highest value. */
export function setGoal(view: RunsState, metrics: readonly string[], name: string, goal: Goal): Patch {
  const changes = metrics.flatMap((id): [string, string][] => {
    const metric = parseMetricExpression(id)
    const reducer = metric?.name === name ? OPPOSITE[metric.reducer]?.[goal] : undefined
    return metric && reducer ? [[id, metricExpression({ ...metric, reducer })]] : []
  })
  return { ...(changes.length ? replaced(view, metrics, new Map(changes)) : {}), goal: { ...view.goal, [name]: goal } }
}

function replaced(view: RunsState, metrics: readonly string[], changes: ReadonlyMap<string, string>): Patch {
  const own = (list: readonly string[]): string[] => [...new Set(list.map((id) => changes.get(id) ?? id))]
  const keys = (list: readonly string[]): string[] =>
    list.map((id) => (id.startsWith('-') ? `-${changes.get(id.slice(1)) ?? id.slice(1)}` : (changes.get(id) ?? id)))
  return {
    add: own(metrics),
    order: own(view.order),
    left: own(view.left),
    right: own(view.right),
    tint: own(view.tint),
    spark: own(view.spark),
    plain: own(view.plain),
    sort: keys(view.sort),
  }
}
