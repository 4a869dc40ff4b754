/** Lines for tests. */
import type { Line } from './types'

export function line(xs: readonly number[], ys: readonly number[], more: Partial<Line> = {}): Line {
  return {
    id: 'line',
    run: 'run-a',
    group: '=a',
    label: 'a',
    x: Float64Array.from(xs),
    y: Float32Array.from(ys),
    raw: null,
    lo: null,
    hi: null,
    n: null,
    color: '#123456',
    dash: 0,
    live: false,
    weight: 'line',
    nonfiniteX: new Float64Array(),
    nNan: 0,
    nInf: 0,
    ...more,
  }
}
