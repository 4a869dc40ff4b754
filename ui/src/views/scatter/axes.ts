/** Which params and metrics the page shows, chosen by hand or for the reader. */
import { parseMetricExpression } from '../../core/run-columns'
import { NO_COLOUR_KEY, type ScatterState } from './state'

export interface Chosen {
  readonly x: string
  readonly y: string
  /** Empty = none. */
  readonly by: string
  readonly size: string
  readonly charts: readonly string[]
}

/**
 * The axes of the page.
 *
 * Args:
 *   suggested: what the Params page would start with: params first, the metric that people know last.
 *
 * By default the metric that the models were trained for lies across and the first other one upwards: how well the
 * one tells the other. Without two metrics, a param lies across.
 */
export function chosenAxes(state: ScatterState, suggested: readonly string[]): Chosen {
  const metrics = suggested.filter((entry) => parseMetricExpression(entry))
  const params = suggested.filter((entry) => !parseMetricExpression(entry))
  const known = metrics.at(-1) ?? params[1] ?? ''
  const other = metrics.length > 1 ? metrics[0]! : (params[0] ?? '')
  const [x, y] = metrics.length > 1 ? [known, other] : [other, known]
  const by = state.by === 'auto' ? (params[0] ?? '') : state.by === NO_COLOUR_KEY ? '' : state.by
  return { x: state.x || x, y: state.y || y, by, size: state.size, charts: state.ch }
}

/** The axes of the plot; y comes last, so that the run that stands out is the best by y. */
export function plotAxes({ x, y, size }: Chosen): string[] {
  return [...new Set([size, x, y])].filter((entry) => entry !== '')
}

/** Columns to fetch. */
export function columnsOf(chosen: Chosen): string[] {
  return [...new Set([...plotAxes(chosen), ...chosen.charts, chosen.by])].filter((entry) => entry !== '')
}
