/** Charts that are smoothed, or zoomed along x, in a way of their own: each such way is a question of its own. */
import { queryString } from '../../core/api'
import type { LineRow, LinesAnswer } from '../../core/lines'
import type { MetricsState } from '../../core/view-state'
import { parseSettings } from './chart-settings'
import { linesQuery, type Wanted } from './request'

/** The questions of charts, by their labels, where they differ from that of all. */
export function ownQueries(state: MetricsState, common: string, wanted: Wanted): [chart: string, query: string][] {
  return [...parseSettings(state.cs)].flatMap(([chart, { sm, x }]): [string, string][] => {
    const own = { ...state, sm: sm ?? state.sm, xmin: x?.[0] ?? state.xmin, xmax: x?.[1] ?? state.xmax }
    const query = queryString(linesQuery(own, wanted))
    return query === common ? [] : [[chart, query]]
  })
}

/**
 * The answer with the lines of some charts taken from others.
 *
 * Only smoothing and range differ between the questions; colours and strokes are numbered alike as long as the same
 * runs are in range, and the chart is found by its label.
 */
export function withOwn(answer: LinesAnswer, byChart: ReadonlyMap<string, LinesAnswer>): LinesAnswer {
  if (byChart.size === 0) return answer
  const rows = answer.meta.charts.flatMap(({ label }, chart): LineRow[] => {
    const own = byChart.get(label)
    const source = own ?? answer
    const place = own ? own.meta.charts.findIndex((other) => other.label === label) : chart
    return source.rows.filter((row) => row.chart === place).map((row) => (row.chart === chart ? row : { ...row, chart }))
  })
  return { ...answer, rows }
}
