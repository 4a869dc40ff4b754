/** The best runs by a metric, as a condition of the query. */
import { getJson, queryString } from '../../core/api'
import { metricExpression } from '../../core/run-columns'
import { contextJson, contextLabel, parseContext, parseSelector } from '../../core/selector'
import type { LineRow } from '../../core/lines'
import type { Context, Goal, Json, Pickers } from '../../core/wire'

export interface Ranked {
  readonly name: string
  readonly context: Context
  readonly goal: Goal
}

export type TopReducer = 'last' | 'best'

interface Answer {
  readonly matched: number
  readonly runs: readonly { readonly values: readonly (number | null)[] }[]
}

/** What runs in one chart can be ranked by: each metric in each context that its lines are of. */
export function rankedBy(rows: readonly Pick<LineRow, 'name' | 'context'>[], selectors: readonly string[], pickers: Pickers | undefined): Ranked[] {
  const wanted = selectors.map(parseSelector)
  const chosen = (name: string, context: Context): boolean =>
    wanted.length === 0 || wanted.some((selector) => (selector.name === name || /[*?[]|^re:/.test(selector.name)) && fits(context, selector.context))
  const kinds = new Map(rows.map(({ name, context }) => [name + context, { name, common: parseContext(context) ?? {} }]))
  const found = [...kinds.values()].flatMap(({ name, common }) => {
    const metric = pickers?.metrics.find((other) => other.name === name)
    return (metric?.contexts ?? [])
      .filter(({ context }) => fits(context, common) && chosen(name, context))
      .map(({ context }): Ranked => ({ name, context, goal: metric!.goal }))
  })
  return [...new Map(found.map((ranked) => [ranked.name + contextJson(ranked.context), ranked])).values()]
}

/** Whether a context has what a selector asks for; patterns are taken to fit. */
function fits(context: Context, wanted: Context): boolean {
  const one = (value: Json | undefined, pattern: Json): boolean =>
    typeof pattern === 'string' && /[*?[]|^re:/.test(pattern) ? value !== undefined : (value ?? null) === pattern
  return Object.entries(wanted).every(([key, pattern]) => (Array.isArray(pattern) ? pattern.some((item) => one(context[key], item)) : one(context[key], pattern!)))
}

export const rankedTitle = ({ name, context }: Ranked): string => [name, contextLabel(context)].filter(Boolean).join(' ')

/**
 * The condition that the best so many runs of a query fulfil: that they reach the value of the last of them.
 *
 * So it holds for runs to come, and takes in all that share that value. Null where no run is left out.
 */
export async function topCondition(query: string, { name, context, goal }: Ranked, reducer: TopReducer, count: number): Promise<string | null> {
  const expression = metricExpression({ name, context, reducer })
  const sort = goal === 'max' ? `-${expression}` : expression
  const answer = await getJson<Answer>(`/api/runs${queryString({ q: query, sort, columns: [expression], limit: count })}`)
  const last = answer.runs[count - 1]?.values[0]
  if (typeof last !== 'number' || !Number.isFinite(last) || answer.matched <= count) return null
  return `${expression} ${goal === 'max' ? '>=' : '<='} ${last}`
}
