/** Candidates as columns of a table: what each rule says of them, and their rank by it. */
import type { GridColumn } from '../../components/grid'
import { decimalsFor, formatInColumn } from '../../core/format'
import { selectorText } from '../../core/selector'
import type { RunsTable } from '../../core/runs-table'
import { paramViews } from '../../core/runs-view'
import type { NumberValues, Values } from '../../core/sort'
import type { Choice, MetricPicker } from '../../core/wire'

/** Places from 1, the best; those that tie share the best of theirs. NaN where there is no score. */
export function ranksOf(scores: readonly (number | null)[], goal: 'max' | 'min'): Float64Array {
  const sign = goal === 'max' ? 1 : -1
  const order = scores.flatMap((score, row) => (score === null ? [] : [row])).sort((a, b) => sign * (scores[b]! - scores[a]!))
  const ranks = new Float64Array(scores.length).fill(Number.NaN)
  order.forEach((row, place) => {
    const before = order[place - 1]
    ranks[row] = before !== undefined && scores[before] === scores[row] ? ranks[before]! : place + 1
  })
  return ranks
}

/** Id of the run behind each candidate. */
export const runsOf = ({ ids, steps }: Choice): string[] => (steps ? ids.map((id, row) => id.slice(0, -`@${steps[row]}`.length)) : ids)

/** Metrics with a test set, as selectors that leave the task open: `f1{"subset":"test"}`. */
export function testSets(metrics: readonly MetricPicker[]): { readonly selector: string; readonly label: string }[] {
  return metrics.flatMap(({ name, contexts }) => {
    const keys = new Set(contexts.flatMap(({ context }) => Object.keys(context).filter((key) => context[key] === 'test')))
    return [...keys].map((key) => ({ selector: selectorText({ name, context: { [key]: 'test' } }), label: name }))
  })
}

/** How scores of one kind are written, so that they tell themselves apart: rules have scales of their own. */
export function scoreFormat(scores: readonly (number | null)[]): (value: number | null) => string {
  const decimals = decimalsFor(...bounds(scores.filter((score) => score !== null)))
  return (value) => (value === null ? '–' : formatInColumn(value, decimals))
}

/** Least and greatest, without a call of as many arguments as there are scores. */
function bounds(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
}

const numbers = (values: ArrayLike<number | null>): NumberValues => ({
  kind: 'number',
  values: Float64Array.from(values, (value) => value ?? Number.NaN),
})

/** How candidates differ: params with several values that at least half of the candidates have. */
export function paramColumns(ids: readonly string[], table: RunsTable): GridColumn[] {
  const rows = Int32Array.from(ids, (id) => table.rowOf.get(id) ?? -1)
  const tells = ({ text }: { text: (row: number) => string }): boolean => {
    const known = Array.from(rows, (row) => (row < 0 ? '' : text(row))).filter((one) => one !== '')
    return known.length >= rows.length / 2 && new Set(known).size > 1
  }
  return paramViews(table).filter(tells).map(({ id, title, path, values, text }): GridColumn => {
    const told = (row: number): string => (rows[row]! < 0 ? '' : text(rows[row]!))
    const widest = rows.reduce((most, _, row) => Math.max(most, told(row).length), title.length)
    return {
      id,
      title,
      hint: path,
      width: Math.min(160, 28 + 7 * widest),
      ...(values.kind === 'number' ? { align: 'end' as const } : {}),
      text: told,
      values: valuesAt(values, rows),
    }
  })
}

/** The values at some rows; -1 is a row without one. */
function valuesAt(values: Values, rows: Int32Array): Values {
  return values.kind === 'number'
    ? { kind: 'number', values: Float64Array.from(rows, (row) => values.values[row] ?? Number.NaN) }
    : { ...values, codes: rows.map((row) => values.codes[row] ?? -1) }
}

/** The table's columns: the run, how it differs, a score and a rank for each rule, the target's once it is revealed. */
export function candidateColumns(choice: Choice, params: readonly GridColumn[] = []): GridColumn[] {
  const name: GridColumn = { id: 'run', title: 'run', width: 180, text: (row) => choice.names[row] ?? '', tone: 'strong', pinned: 'left' }
  const scored = [
    ...choice.rules.map((rule) => ({ id: rule.name, title: rule.name, hint: rule.title, scores: rule.scores })),
    ...(choice.test ? [{ id: 'test', title: `${choice.task}, test`, hint: 'the test score of the target', scores: choice.test }] : []),
  ]
  return [
    name,
    ...params,
    ...scored.flatMap(({ id, title, hint, scores }): GridColumn[] => {
      const ranks = ranksOf(scores, choice.goal)
      const format = scoreFormat(scores)
      return [
        { id, title, hint, width: 124, align: 'end', text: (row) => format(scores[row] ?? null), values: numbers(scores), downFirst: choice.goal === 'max', block: id },
        { id: `${id} rank`, title: 'rank', hint: `${title}, rank`, width: 56, align: 'end', tone: 'muted', text: (row) => String(ranks[row] || '–'), values: numbers(ranks), block: id },
      ]
    }),
  ]
}
