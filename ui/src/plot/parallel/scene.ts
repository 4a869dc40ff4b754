/** All that is drawn: axes, colours, correlations and the run that stands out, computed from columns alone. */

import { type Axis, type AxisInput, buildAxis, isNumeric, positions } from './axis'
import { type ColourMode, type Colouring, colouring } from './colour'
import { places, spearman } from './rank'

export interface SceneInput {
  readonly axes: readonly AxisInput[]
  readonly ids: readonly string[]
  readonly names: readonly string[]
  /** Key of the axis that gives the colour; null = the last one. */
  readonly colourKey: string | null
  readonly colourMode: ColourMode
  readonly curved: boolean
}

export interface Scene {
  readonly axes: readonly Axis[]
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly curved: boolean
  readonly colourAxis: number // -1 = no axis
  readonly colourMode: ColourMode
  readonly colouring: Colouring
  /** Per axis, the place of each run, 0…1. */
  readonly places: readonly Float32Array[]
  /** Per axis with a goal, the rank of each run, best = 1, 0 = none; null for the others. */
  readonly ranks: readonly (Uint32Array | null)[]
  /** Per numeric axis, Spearman's rank correlation with the colour axis; NaN where there is none. */
  readonly correlation: readonly number[]
  readonly standout: Standout | null
}

/** The best run by the goal of an axis. */
export interface Standout {
  readonly run: number
  readonly axis: number
}

export function buildScene(input: SceneInput): Scene {
  const axes = input.axes.map(buildAxis)
  const colourAxis = colourIndex(axes, input.colourKey)
  const byColour = axes[colourAxis] ?? null
  const colour = colouring(byColour, input.colourMode, input.ids.length)
  const ranks = axes.map((axis) => (axis.goal === null ? null : places(axis.numbers, axis.goal)))
  return {
    axes,
    ids: input.ids,
    names: input.names,
    curved: input.curved,
    colourAxis,
    colourMode: input.colourMode,
    colouring: colour,
    places: axes.map((axis) => positions(axis, colour.order)),
    ranks,
    correlation: axes.map((axis, i) =>
      byColour === null || i === colourAxis || !isNumeric(axis) || !isNumeric(byColour)
        ? NaN
        : spearman(axis.numbers, byColour.numbers),
    ),
    standout: standoutOf(ranks, colourAxis),
  }
}

function colourIndex(axes: readonly Axis[], key: string | null): number {
  const wanted = axes.findIndex((axis) => axis.key === key)
  return wanted >= 0 ? wanted : axes.length - 1
}

/** Best by the colour axis; where that has no goal, by the last axis that has one. Ties: the first run. */
function standoutOf(ranks: readonly (Uint32Array | null)[], colourAxis: number): Standout | null {
  const axis = ranks[colourAxis] ? colourAxis : ranks.findLastIndex((rank) => rank !== null)
  const run = ranks[axis]?.indexOf(1) ?? -1
  return run < 0 ? null : { run, axis }
}
