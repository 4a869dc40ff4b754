/** What a scatter plot draws: two axes of a scene of runs, cut into panels by its charts. */
import { type Axis, isNumeric, slotCentre } from '../axes/axis'
import { spearman } from '../axes/rank'
import type { Scene } from '../axes/scene'
import { type Fit, leastSquares, loess } from './trend'

export type TrendKind = 'none' | 'linear' | 'loess'

export interface ScatterInput {
  readonly scene: Scene
  readonly xKey: string
  readonly yKey: string
  /** Key of the axis that gives the size of the dots; empty = all alike. */
  readonly sizeKey: string
  readonly trend: TrendKind
  /** Share of the points that each local line of LOESS is fitted to. */
  readonly bandwidth: number
}

/** A trend in places of the axes, 0…1; of one category, or of all runs. */
export interface Trend extends Fit {
  /** A run of the category, to take its colour from; -1 = of all. */
  readonly like: number
}

export interface Panel {
  readonly label: string
  /** Runs with a place on both axes, in the order of drawing. */
  readonly runs: Uint32Array
  /** Runs without a value on one of them. */
  readonly unplaced: number
  /** Runs whose place lies beyond the ends of an axis, as they were set by hand or a logarithm leaves out zero. */
  readonly beyond: number
  /** Spearman's rank correlation; NaN where an axis has no order. */
  readonly rho: number
  /** Of the line of least squares; NaN without one. */
  readonly r2: number
  readonly trends: readonly Trend[]
}

export interface Scatter {
  readonly scene: Scene
  readonly x: Axis
  readonly y: Axis
  /** Places of the runs, 0…1, left to right and bottom to top; NaN without one. */
  readonly atX: Float32Array
  readonly atY: Float32Array
  readonly radius: Float32Array // px
  readonly panels: readonly Panel[]
}

/** More panels than this nobody looks through. */
export const MOST_PANELS = 36
/** Fewer points than this make no trend of a category. */
const LEAST_TREND = 3
const SMALLEST_PX = 2.5
const LARGEST_PX = 9

/** Null while an axis has no column yet. */
export function buildScatter(input: ScatterInput): Scatter | null {
  const { scene } = input
  const [xAt, yAt] = [input.xKey, input.yKey].map((key) => scene.axes.findIndex((axis) => axis.key === key)) as [number, number]
  const [x, y] = [scene.axes[xAt], scene.axes[yAt]]
  if (!x || !y) return null
  const [atX, atY] = [scene.places[xAt]!, scene.places[yAt]!]
  const size = scene.axes.find((axis) => axis.key === input.sizeKey)
  const plotted = { scene, x, y, atX, atY }
  return {
    ...plotted,
    radius: radii(size, scene.ids.length),
    panels: groups(scene).map(([label, runs]) => panel(plotted, label, runs, input)),
  }
}

function radii(axis: Axis | undefined, runs: number): Float32Array {
  if (!axis) return new Float32Array(runs).fill(runs > 3000 ? 2 : runs > 500 ? 3 : 4)
  const places = centres(axis)
  // The eye compares areas.
  const [small, large] = [SMALLEST_PX ** 2, LARGEST_PX ** 2]
  return Float32Array.from(places, (at) => (Number.isNaN(at) ? SMALLEST_PX : Math.sqrt(small + Math.min(1, Math.max(0, at)) * (large - small))))
}

/** Places without the spread that keeps the runs of one value apart. */
function centres(axis: Axis): Float64Array {
  if (axis.scale) {
    const unit = (value: number): number => (axis.flipped ? 1 - axis.scale!.to(value) : axis.scale!.to(value))
    return Float64Array.from(axis.numbers, unit)
  }
  return Float64Array.from(axis.slotOf, (slot) => (slot < 0 ? NaN : slotCentre(axis, axis.slots[slot]!.at)))
}

/** Runs by chart, each in the order of drawing. */
function groups({ charts, colouring }: Scene): [string, number[]][] {
  const order = [...colouring.order]
  if (!charts) return [['', order]]
  return charts.groups.map(({ label }, group) => [`${charts.title} = ${label}`, order.filter((run) => charts.of[run] === group)])
}

function panel(
  { scene, x, y, atX, atY }: Pick<Scatter, 'scene' | 'x' | 'y' | 'atX' | 'atY'>,
  label: string,
  members: readonly number[],
  { trend, bandwidth }: ScatterInput,
): Panel {
  const valued = members.filter((run) => !Number.isNaN(atX[run]) && !Number.isNaN(atY[run]))
  const runs = Uint32Array.from(valued.filter((run) => isInside(atX[run]!) && isInside(atY[run]!)))
  const [cx, cy] = [centres(x), centres(y)]
  const pick = (values: Float64Array, of: ArrayLike<number>): Float64Array => Float64Array.from(of, (run) => values[run]!)
  const ordered = isNumeric(x) && isNumeric(y)
  const trendOf = (of: Uint32Array, like: number): Trend[] => {
    const fit = fitOf(pick(cx, of), pick(cy, of), trend, bandwidth)
    return fit ? [{ ...fit, like }] : []
  }
  const categories = scene.colouring.scale === 'palette' ? byColour(scene, runs) : [runs]
  return {
    label,
    runs,
    unplaced: members.length - valued.length,
    beyond: valued.length - runs.length,
    rho: ordered ? spearman(pick(x.numbers, runs), pick(y.numbers, runs)) : NaN,
    r2: ordered ? (leastSquares(pick(cx, runs), pick(cy, runs))?.r2 ?? NaN) : NaN,
    trends: ordered ? categories.filter((of) => of.length >= LEAST_TREND).flatMap((of) => trendOf(of, categories.length > 1 ? of[0]! : -1)) : [],
  }
}

/** Ends of an axis are rounded in places; what lies beyond is set further off. */
const ROUNDING = 1e-4
const isInside = (at: number): boolean => at >= -ROUNDING && at <= 1 + ROUNDING

function byColour({ colouring }: Scene, runs: Uint32Array): Uint32Array[] {
  return [...new Set(Array.from(runs, (run) => colouring.bins[run]!))].map((bin) => runs.filter((run) => colouring.bins[run] === bin))
}

function fitOf(x: Float64Array, y: Float64Array, kind: TrendKind, bandwidth: number): Fit | null {
  if (kind === 'loess') return loess(x, y, bandwidth)
  const line = kind === 'linear' ? leastSquares(x, y) : null
  if (!line) return null
  const ends = Float64Array.of(x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b)))
  return { x: ends, y: ends.map((at) => line.intercept + line.slope * at) }
}
