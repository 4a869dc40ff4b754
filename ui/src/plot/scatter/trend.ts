/** Trends through a cloud of points: the least-squares line, and LOESS. */

export interface Fit {
  readonly x: Float64Array // ascending
  readonly y: Float64Array
}

export interface Line {
  readonly slope: number
  readonly intercept: number
  /** Share of the variance of y that the line explains; NaN where y is constant. */
  readonly r2: number
}

/** The line of least squares; null with fewer than two different x. */
export function leastSquares(x: ArrayLike<number>, y: ArrayLike<number>): Line | null {
  const n = x.length
  let mx = 0
  let my = 0
  for (let i = 0; i < n; i++) {
    mx += x[i]! / n
    my += y[i]! / n
  }
  let sxx = 0
  let sxy = 0
  let syy = 0
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my]
    sxx += dx * dx
    sxy += dx * dy
    syy += dy * dy
  }
  if (!(sxx > 0)) return null
  const slope = sxy / sxx
  return { slope, intercept: my - slope * mx, r2: syy > 0 ? (slope * sxy) / syy : NaN }
}

/** A local line through two points alone would jump from pair to pair. */
const LEAST_NEAR = 3
/** Below this share of the spread of a window its points count as being on one x. */
const NO_WEIGHT = 1e-24
/** A curve is evaluated at so many places. */
const PLACES = 64

/**
 * LOESS of degree one with tricube weights (Cleveland 1979, section 2, without the robustness iterations).
 *
 * Args:
 *   bandwidth: share of the points, over 0 to 1, that each local line is fitted to.
 *
 * Returns null with fewer than three points or two different x.
 */
export function loess(x: ArrayLike<number>, y: ArrayLike<number>, bandwidth: number): Fit | null {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a]! - x[b]!)
  const xs = Float64Array.from(order, (i) => x[i]!)
  const ys = Float64Array.from(order, (i) => y[i]!)
  const n = xs.length
  if (n < 3 || xs[0] === xs[n - 1]) return null
  const near = Math.max(LEAST_NEAR, Math.min(n, Math.round(bandwidth * n)))
  const at = Float64Array.from({ length: PLACES }, (_, i) => xs[0]! + ((xs[n - 1]! - xs[0]!) * i) / (PLACES - 1))
  return { x: at, y: at.map((place) => localLine(xs, ys, place, near)) }
}

/** Value at `place` of the line through its `near` nearest points, weighted by nearness. */
function localLine(xs: Float64Array, ys: Float64Array, place: number, near: number): number {
  let from = 0
  while (from + near < xs.length && xs[from + near]! - place < place - xs[from]!) from++
  // Points at the rim of the window have weight 0: a window of equal distances takes all its points in.
  const reach = Math.max(place - xs[from]!, xs[from + near - 1]! - place) * (1 + 1e-9)
  const weights = Float64Array.from({ length: near }, (_, i) => (reach > 0 ? (1 - Math.abs((xs[from + i]! - place) / reach) ** 3) ** 3 : 1))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let [mx, my] = [0, 0]
  weights.forEach((weight, i) => {
    mx += (weight * xs[from + i]!) / total
    my += (weight * ys[from + i]!) / total
  })
  let [sxx, sxy] = [0, 0]
  weights.forEach((weight, i) => {
    const dx = xs[from + i]! - mx
    sxx += weight * dx * dx
    sxy += weight * dx * (ys[from + i]! - my)
  })
  // All weight on one x: their mean.
  return sxx > NO_WEIGHT * total * reach * reach ? my + (sxy / sxx) * (place - mx) : my
}
