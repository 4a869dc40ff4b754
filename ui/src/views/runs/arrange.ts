/** Which columns, where: changes of the page's state, asked for from headers and lists. */
import { moveBefore, shortestOrder } from '../../core/grid-layout'
import { metricExpression, parseMetricExpression } from '../../core/run-columns'
import type { RunsState } from '../../core/view-state'
import type { Goal, Reducer } from '../../core/wire'

export type Side = 'left' | 'middle' | 'right'
export type Patch = Partial<RunsState>

/** What moves, hides and is pinned as one: a param, or a metric with its value, difference and dots. */
export interface Block {
  readonly id: string
  readonly title: string
  readonly side: Side
  readonly hidden: boolean
}

const without = (list: readonly string[], id: string): string[] => list.filter((item) => item !== id)
const withItem = (list: readonly string[], id: string): string[] => [...without(list, id), id]

export function sideOf(view: Pick<RunsState, 'left' | 'right'>, id: string): Side {
  return view.left.includes(id) ? 'left' : view.right.includes(id) ? 'right' : 'middle'
}

/** Puts a block at a side, before `target` there, or last when it is null. */
export function place(view: RunsState, natural: readonly string[], id: string, side: Side, target: string | null): Patch {
  const left = without(view.left, id)
  const right = without(view.right, id)
  if (side === 'left') return { left: moveBefore(left, id, target), right }
  if (side === 'right') return { left, right: moveBefore(right, id, target) }
  const before = natural.filter((item) => item === id || sideOf(view, item) === 'middle')
  const shown = inWantedOrder(before, view.order)
  return { left, right, order: shortestOrder(before, target === id ? shown : moveBefore(shown, id, target)) }
}

/** Ids in the order wanted; those that it does not name follow in their own. */
export function inWantedOrder(ids: readonly string[], order: readonly string[]): string[] {
  return [...order.filter((id) => ids.includes(id)), ...ids.filter((id) => !order.includes(id))]
}

/** To a side, at the end of what is there; the middle takes it back to where it was. */
export function pin(view: RunsState, id: string, side: Side): Patch {
  const left = without(view.left, id)
  const right = without(view.right, id)
  return side === 'left' ? { left: [...left, id], right } : side === 'right' ? { left, right: [...right, id] } : { left, right }
}

export function setHidden(view: RunsState, ids: readonly string[], hidden: boolean): Patch {
  const rest = view.hide.filter((id) => !ids.includes(id))
  return { hide: hidden ? [...rest, ...ids] : rest }
}

export const toggleIn = (list: readonly string[], id: string): string[] => (list.includes(id) ? without(list, id) : withItem(list, id))

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
