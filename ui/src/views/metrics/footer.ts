/** The footer: what is drawn, from how much, whether every point is there, and what it cost. */
import { ApiError } from '../../core/api'
import { formatCount, plural } from '../../core/format'
import type { MetricsModel } from './model.svelte'
import { parseSmoothing, smoothingWords } from './smoothing'

const BANDS = {
  minmax: 'min to max',
  std: 'mean ± standard deviation',
  stderr: 'mean ± standard error',
  ci95: '95 % t interval of the mean',
  quartiles: 'quartiles',
  none: 'none',
} as const

/** More names than this push everything else out of the line. */
const NAMED = 6

export function footerParts(model: MetricsModel): string[] {
  const { lines, scene, state, merged } = model
  const meta = lines.data?.meta
  if (!meta || !scene || state.m.length === 0) return []
  const drawn = scene.facets.flatMap((facet) => facet.lines.filter((line) => line.weight === 'line'))
  const sent = drawn.reduce((sum, line) => sum + line.x.length, 0)
  const charts = scene.facets.length > 1 ? ` in ${scene.facets.length} charts` : ''
  const smoothing = parseSmoothing(state.sm)
  const outside = model.axes.reduce((sum, axes) => sum + axes.outside, 0)
  return [
    `${plural(drawn.length, 'line')}${charts} from ${formatCount(meta.series)} series of ${plural(meta.runs, 'run')}`,
    `${plural(meta.points_total, 'point')}, ${meta.exact ? 'exact' : `${formatCount(sent)} drawn: least and greatest of each stretch; zoom for all`}`,
    state.fold ? `line = ${state.line}, band = ${BANDS[state.band]}${over(merged)}` : '',
    smoothing.kind === 'none' ? '' : `smoothed: ${smoothingWords(smoothing)}`,
    outside ? `${plural(outside, 'outlier')} outside the range` : '',
    meta.x.missing ? `${plural(meta.x.missing, 'run')} without ${meta.x.label}` : '',
    state.hide.length ? `${state.hide.length} hidden` : '',
  ].filter(Boolean)
}

function over(merged: readonly string[]): string {
  if (merged.length === 0) return ''
  return ` over ${merged.length <= NAMED ? merged.join(', ') : `${merged.length} params that vary`}`
}

export function footerAside(model: MetricsModel): string | undefined {
  const { error } = model.lines
  if (error && !(error instanceof ApiError && error.inQuery)) return `not up to date: ${error.message}`
  const meta = model.lines.data?.meta
  return meta && model.state.m.length ? `computed in ${Math.round(meta.ms)} ms, drawn in ${Math.max(1, Math.round(model.drawnMs))} ms` : undefined
}
