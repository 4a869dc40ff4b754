/** The axes of all charts of a page: X in common, Y in common among charts of one metric, or one a chart. */
import type { MetricsState } from '../../core/view-state'
import type { LinesMeta } from '../../core/wire'
import { clippedExtent, fencedExtent, roomy, tight, union, xExtent, yExtent } from '../../plot/lines/domain'
import type { Axes, Interval, Line, ScaleKind, XFormat } from '../../plot/lines/types'
import type { Facet } from './scene'

/** Lines of a chart that are asked whether all their epochs are whole: some log at .37 of one. */
const SAMPLE = 20
const SHARES = { off: 1, p99: 0.99, p95: 0.95, iqr: 1 } as const

export interface FacetAxes {
  readonly axes: Axes
  /** Points left out of the range as outliers. */
  readonly outside: number
}

const scaleKind = (text: 'lin' | 'log'): ScaleKind => (text === 'log' ? 'log' : 'linear')

export function axesOf(facets: readonly Facet[], state: MetricsState, meta: LinesMeta): FacetAxes[] {
  const drawn = facets.map((facet) => facet.lines.filter((line) => line.weight !== 'latent'))
  const [xScale, yScale] = [scaleKind(state.xs), scaleKind(state.ys)]
  const x = xRange(drawn, state, xScale)
  const ys = drawn.map((lines) => yRange(lines, yScale, state.out))
  const xWhole = isCount(meta.x.kind) && drawn.every((lines) => lines.slice(0, SAMPLE).every(({ x }) => x.every(Number.isInteger)))
  const fallback: Interval = yScale === 'log' ? [1, 10] : [0, 1]
  return facets.map(({ title }, at) => {
    const { extent, outside } = ys[at]!
    const wanted = state.yr === 'shared' ? union(ys.filter((_, i) => facets[i]!.title === title).map((y) => y.extent)) : extent
    const free = wanted ? roomy(wanted, yScale) : fallback
    const y: Interval = sound([state.ymin ?? free[0], state.ymax ?? free[1]], yScale) ?? free
    return { axes: { x, y, xScale, yScale, xFormat: xFormat(meta.x.kind), xWhole, xLabel: meta.x.label }, outside }
  })
}

function xRange(drawn: readonly (readonly Line[])[], state: MetricsState, scale: ScaleKind): Interval {
  const extent = union(drawn.map((lines) => xExtent(lines, scale)))
  const free = extent ? tight(extent, scale) : scale === 'log' ? ([1, 10] as const) : ([0, 1] as const)
  return sound([state.xmin ?? free[0], state.xmax ?? free[1]], scale) ?? free
}

function yRange(lines: readonly Line[], scale: ScaleKind, outliers: MetricsState['out']): { extent: Interval | null; outside: number } {
  const share = SHARES[outliers]
  const clipped = outliers === 'iqr' ? fencedExtent(lines, scale) : share < 1 ? clippedExtent(lines, scale, share) : null
  return clipped ?? { extent: yExtent(lines, scale), outside: 0 }
}

function sound([low, high]: Interval, scale: ScaleKind): Interval | null {
  return low < high && (scale === 'linear' || low > 0) ? [low, high] : null
}

const isCount = (kind: string): boolean => kind === 'step' || kind === 'epoch'

export function xFormat(kind: string): XFormat {
  return kind === 'relative' ? 'duration' : kind === 'absolute' ? 'time' : 'number'
}
