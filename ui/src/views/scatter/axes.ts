/** Which params and metrics the page shows, chosen by hand or for the reader. */
import { extraColumns, type Look } from '../../app/axes/scene-input'
import { decode } from '../../core/codec'
import { parseMetricExpression } from '../../core/run-columns'
import { PARAMS } from '../../core/view-state'
import { NO_COLOUR_KEY, type ScatterState } from './state'

export interface Chosen {
  readonly x: string
  readonly y: string
  /** Empty = none. */
  readonly by: string
  readonly size: string
}

/**
 * The axes of the page.
 *
 * Args:
 *   suggested: what the Params page would start with: params first, the metric that people know last.
 *
 * By default the metric that the models were trained for lies across and the first other one upwards: how well the
 * one tells the other. Without two metrics, a param lies across. The colour is the first param that is no axis: it
 * would say nothing that the place of a dot does not.
 */
export function chosenAxes(state: Pick<ScatterState, 'x' | 'y' | 'by' | 'size'>, suggested: readonly string[]): Chosen {
  const metrics = suggested.filter((entry) => parseMetricExpression(entry))
  const params = suggested.filter((entry) => !parseMetricExpression(entry))
  const known = metrics.at(-1) ?? params[1] ?? ''
  const other = metrics.length > 1 ? metrics[0]! : (params[0] ?? '')
  const [firstX, firstY] = metrics.length > 1 ? [known, other] : [other, known]
  const [x, y] = [state.x || firstX, state.y || firstY]
  const telling = params.find((entry) => entry !== x && entry !== y) ?? ''
  const by = state.by === 'auto' ? telling : state.by === NO_COLOUR_KEY ? '' : state.by
  return { x, y, by, size: state.size }
}

/** What a look has that dots have no use for. */
const PLAIN = decode(PARAMS, '')
type Seen = Pick<ScatterState, 'c' | 'rank' | 'ch' | 'off' | 'scale' | 'range' | 'hide' | 'tip' | 'tcols'>

/** The look of the dots, in the terms of lines. */
export function lookOf(state: Seen, { by }: Pick<Chosen, 'by'>): Look {
  const { c, rank, ch, scale, range, hide, tip, tcols } = state
  const uncoloured = by === '' && c.length === 0 && !state.off.includes('c')
  return { ...PLAIN, by, c, rank, ch, scale, range, hide, tip, tcols, off: uncoloured ? [...state.off, 'c'] : state.off }
}

/** The axes of the plot; y comes last, so that the run that stands out is the best by y. */
export function plotAxes({ x, y, size }: Chosen): string[] {
  return [...new Set([size, x, y])].filter((entry) => entry !== '')
}

/** Columns to fetch. */
export function columnsOf(chosen: Chosen, look: Look): string[] {
  return [...new Set([...plotAxes(chosen), ...extraColumns(look)])]
}

/** The axes after one was replaced: the other stays, and a brush of what is gone goes. */
export function replaced(state: Pick<ScatterState, 'x' | 'y'>, chosen: Chosen, axis: 'x' | 'y', entry: string): Partial<ScatterState> {
  const other = axis === 'x' ? { y: state.y || chosen.y } : { x: state.x || chosen.x }
  return { ...other, [axis]: entry, brush: [] }
}
