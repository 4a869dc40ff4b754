/** Lines for tests. */
import type { Line } from './types'
import { scaleOf } from './scale'
import type { View } from './view'

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
    nonfiniteY: new Float32Array(),
    nNan: 0,
    nInf: 0,
    ...more,
  }
}

/** Ten by ten units on a hundred by a hundred pixels. */
const theme = { bg: '', text: '', muted: '', grid: '', axis: '', accent: '', font: '' }
export const view: View = {
  plot: { left: 0, top: 0, right: 100, bottom: 100 },
  x: scaleOf('linear', [0, 10], [0, 100]),
  y: scaleOf('linear', [0, 10], [100, 0]),
  theme,
  dpr: 2,
  curve: 'linear',
}
