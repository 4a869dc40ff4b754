/** How the data of a chart come to pixels: its plot, scales and theme. */
import type { Plot } from './end-labels'
import type { Scale } from './scale'
import type { Curve, Theme } from './types'

export interface View {
  readonly plot: Plot
  readonly x: Scale
  readonly y: Scale
  readonly theme: Theme
  readonly dpr: number
  readonly curve: Curve
}
