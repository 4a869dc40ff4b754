/** The axes of all charts of a page: X in common, Y in common among charts of one metric, or one a chart. */
import type { MetricsState } from '../../core/view-state'
import type { LinesMeta } from '../../core/wire'
import { clippedExtent, fencedExtent, roomy, tight, union, xExtent, yExtent } from '../../plot/lines/domain'
import type { Axes, Interval, Line, ScaleKind, XFormat } from '../../plot/lines/types'
import type { ChartSettings, Settings } from './chart-settings'
import type { Facet } from './scene'

/** Lines of a chart that are asked whether all their epochs are whole: some log at .37 of one. */
const SAMPLE = 20
const SHARES = { off: 1, p99: 0.99, p95: 0.95, iqr: 1 } as const

export interface FacetAxes {
  readonly axes: Axes
  /** Points left out of the range as outliers. */
  readonly outside: number
  /** Points that a log axis has no place for. */
  readonly unplaced: number
}

const scaleKind = (text: 'lin' | 'log'): ScaleKind => (text === 'log' ? 'log' : 'linear')
const NONE: ChartSettings = {}

export function axesOf(facets: readonly Facet[], state: MetricsState, meta: LinesMeta, settings: Settings = new Map()): FacetAxes[] {
  const drawn = facets.map((facet) => facet.lines.filter((line) => line.weight !== 'latent'))
  const own = facets.map((facet) => settings.get(facet.id) ?? NONE)
  const xScale = scaleKind(state.xs)
  const scales = own.map(({ ys }) => scaleKind(ys ?? state.ys))
  const x = xRange(drawn, state, xScale)
  const ys = drawn.map((lines, at) => yRange(lines, scales[at]!, state.out))
  const xWhole = isCount(meta.x.kind) && drawn.every((lines) => lines.slice(0, SAMPLE).every(({ x }) => x.every(Number.isInteger)))
  return facets.map(({ title }, at) => {
    const { extent, outside } = ys[at]!
    const yScale = scales[at]!
    const alike = ys.filter((_, i) => facets[i]!.title === title && scales[i] === yScale)
    const wanted = state.yr === 'shared' ? union(alike.map((y) => y.extent)) : extent
    const free: Interval = wanted ? roomy(wanted, yScale) : yScale === 'log' ? [1, 10] : [0, 1]
    const set = own[at]!.y
    const y: Interval = (set && sound(set, yScale)) ?? sound([state.ymin ?? free[0], state.ymax ?? free[1]], yScale) ?? free
    const ownX = own[at]!.x
    const axes: Axes = { x: (ownX && sound(ownX, xScale)) ?? x, y, xScale, yScale, xFormat: xFormat(meta.x.kind), xWhole, xLabel: meta.x.label }
    return { axes, outside, unplaced: unplaced(drawn[at]!, xScale, yScale) }
  })
}

/** Points at or below zero on a log axis. */
function unplaced(lines: readonly Line[], xScale: ScaleKind, yScale: ScaleKind): number {
  if (xScale === 'linear' && yScale === 'linear') return 0
  let count = 0
  for (const { x, y } of lines)
    for (let i = 0; i < x.length; i++) if ((xScale === 'log' && x[i]! <= 0) || (yScale === 'log' && y[i]! <= 0)) count++
  return count
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

function xFormat(kind: string): XFormat {
  return kind === 'relative' ? 'duration' : kind === 'absolute' ? 'time' : 'number'
}
