/** What the runs of an experiment reached, and in what they differ. */
import type { ParamView, MetricView } from '../../core/runs-view'
import { membersText } from '../../core/runs-groups'

export interface Reached {
  readonly metric: MetricView
  /** The row of the best run. */
  readonly row: number
  /** How many runs have a value. */
  readonly runs: number
}

/** The best run of each metric that any run has; of equal ones the earliest row. */
export function bestOf(metrics: readonly MetricView[]): Reached[] {
  return metrics.flatMap((metric): Reached[] => {
    const { values } = metric.values
    let [row, runs] = [-1, 0]
    values.forEach((value, at) => {
      if (!Number.isFinite(value)) return
      runs += 1
      const best = values[row] ?? Number.NaN
      if (row < 0 || (metric.goal === 'min' ? value < best : value > best)) row = at
    })
    return row < 0 ? [] : [{ metric, row, runs }]
  })
}

const MOST_WORDS = 4

/** `1e−4 – 1e−2`, `adam, sgd`, `12 different`: what the rows have of a param. */
export function spreadText(param: ParamView, rows: Uint32Array): string {
  const { values } = param
  if (values.kind === 'number') return membersText(param, rows)
  const words = [...new Set(Array.from(rows, (row) => values.words[values.codes[row] ?? -1] ?? 'none'))]
  return words.length <= MOST_WORDS ? words.sort().join(', ') : membersText(param, rows)
}
