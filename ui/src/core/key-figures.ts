/** Which numbers of a run stand first, and what is said of them. */
import { isHeldOut, isSchedule, isSystem } from './default-metrics'
import type { LineRow } from './lines'
import { contextJson, selectorText } from './selector'
import type { Goal, RunMetric, Siblings } from './wire'

const FIGURES = 5

export const keyOf = ({ name, context }: Pick<RunMetric, 'name' | 'context'>): string => name + contextJson(context)

/** Series that people recorded and that have a value. */
export const recorded = (metrics: readonly RunMetric[]): RunMetric[] => metrics.filter(({ name, last }) => !isSystem(name) && last !== null)

/** The chosen series; without a choice contexts of the first metric and one of each other, as far as they go, not of held-out data. */
export function keyFigures(metrics: readonly RunMetric[], chosen: readonly string[]): RunMetric[] {
  const all = recorded(metrics)
  const wanted = chosen.flatMap((text) => all.find((metric) => selectorText(metric) === text) ?? [])
  return wanted.length ? wanted : automatic(all)
}

function automatic(all: readonly RunMetric[]): RunMetric[] {
  const open = all.filter(({ context }) => !isHeldOut(context))
  const told = (open.length ? open : all).filter(({ name }) => !isSchedule(name))
  const [first, ...others] = [...new Set(told.map(({ name }) => name))].sort(
    (a, b) => Number(goalOf(told, a) === 'min') - Number(goalOf(told, b) === 'min'),
  )
  const lead = told.filter(({ name }) => name === first)
  const rest = others.flatMap((name) => told.find((metric) => metric.name === name) ?? [])
  return [...lead.slice(0, Math.max(1, FIGURES - rest.length)), ...rest].slice(0, FIGURES)
}

const goalOf = (metrics: readonly RunMetric[], name: string): Goal | undefined => metrics.find((metric) => metric.name === name)?.goal

export type Rank = Siblings['ranks'][number]

export const rankKey = ({ name, context }: Rank): string => name + contextJson(context)

/** The place on the x axis where a series was best; null when it has no finite value there. */
export function placeOfBest(row: Pick<LineRow, 'x' | 'y'>, goal: Goal): number | null {
  let best: number | null = null
  for (let at = 0; at < row.y.length; at += 1) {
    const value = row.y[at] as number
    if (!Number.isFinite(value)) continue
    const than = best === null ? Number.NaN : (row.y[best] as number)
    if (best === null || (goal === 'min' ? value < than : value > than)) best = at
  }
  return best === null ? null : (row.x[best] ?? null)
}
