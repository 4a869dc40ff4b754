/** The question to /api/lines.arrow that a state of the page stands for. */
import type { ParamValue } from '../../core/api'
import type { MetricsState } from '../../core/view-state'
import { parseSmoothing, smoothingText } from './smoothing'

/** The one chart that holds everything; an empty list of chart keys means one chart a metric. */
export const ONE_CHART = 'all'

export type Channel = 'c' | 's' | 'ch'

/** The keys of a channel; none while it is switched off. */
export function activeKeys(state: Pick<MetricsState, Channel | 'off'>, channel: Channel): readonly string[] {
  return state.off.includes(channel) ? [] : state[channel]
}

export interface Wanted {
  readonly folds: boolean
  readonly traces: boolean
}

/**
 * What the charts and the table need. Folded lines also while they are not drawn: the table's rows of groups hold them.
 *
 * Args:
 *   listing: whether the runs of all groups are needed, as for selecting them.
 */
export function wantedLines(state: MetricsState, listing = false): Wanted {
  const grouped = activeKeys(state, 'c').length > 0 || activeKeys(state, 's').length > 0
  const opened = state.table > 0 && state.open.length > 0
  const pinnedRun = state.pin.some((key) => !isGroupKey(key))
  return {
    folds: state.fold || (grouped && state.table > 0),
    traces: !state.fold || state.tr || opened || pinnedRun || listing,
  }
}

/** What the charts show, without what the table asks for beside it. */
export function drawnLines({ fold, tr }: Pick<MetricsState, 'fold' | 'tr'>): Wanted {
  return { folds: fold, traces: !fold || tr }
}

export function linesQuery(state: MetricsState, wanted: Wanted): Record<string, ParamValue> {
  const charts = activeKeys(state, 'ch')
  const smoothing = parseSmoothing(state.sm)
  return {
    q: state.q,
    m: state.m,
    x: state.x,
    color: activeKeys(state, 'c'),
    stroke: activeKeys(state, 's'),
    chart: charts.length === 0 ? ['metric.name'] : charts.filter((key) => key !== ONE_CHART),
    fold: wanted.folds,
    traces: wanted.folds && wanted.traces ? true : null,
    line: state.line,
    band: state.band,
    smooth: smoothingText(smoothing),
    raw: state.raw && smoothing.kind !== 'none' ? true : null,
    // More points than a chart is wide are not seen; a zoom asks for the points in its range.
    points: state.pts === 'exact' ? 0 : Number(state.pts),
    xmin: state.xmin,
    xmax: state.xmax,
  }
}

/** Keys of groups start with a sign that no run id may start with, so that pins can name both. */
const GROUP_SIGN = '='

export function groupKey(color: string, stroke: string): string {
  return GROUP_SIGN + (stroke ? `${color}|${stroke}` : color)
}

export const isGroupKey = (key: string): boolean => key.startsWith(GROUP_SIGN)
