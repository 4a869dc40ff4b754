/** All that is drawn: axes, colours, groups, correlations and the run that stands out, computed from columns alone. */

import { type Axis, type AxisInput, buildAxis, positions } from './axis'
import { type ColourMode, type Colouring, colouring } from './colour'
import { type Grouping, groupingOf } from './groups'
import { importance, type Importance, places } from './rank'

export interface SceneInput {
  readonly axes: readonly AxisInput[]
  readonly ids: readonly string[]
  readonly names: readonly string[]
  /** Key of the axis that gives the colour; null = the last one. */
  readonly colourKey: string | null
  /** What gives the colour when it is no axis. */
  readonly colourBy?: AxisInput | null
  readonly colourMode: ColourMode
  /** False leaves all lines in one colour, whatever the keys say. */
  readonly coloured?: boolean
  readonly curved: boolean
  /** What dashes tell apart, and what each chart shows; none = one group of all. */
  readonly strokes?: readonly AxisInput[]
  readonly charts?: readonly AxisInput[]
  /** What a tooltip tells beside the axes. */
  readonly details?: readonly AxisInput[]
  /** What its table has beside the axes. */
  readonly columns?: readonly AxisInput[]
  /** Ids of the runs behind each line where runs are folded. */
  readonly members?: readonly (readonly string[])[] | null
}

export interface Scene {
  readonly axes: readonly Axis[]
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly curved: boolean
  readonly colourAxis: number // -1 = no axis
  /** What gives the colour: that axis, or a column that is none. */
  readonly colourBy: Axis | null
  readonly colourMode: ColourMode
  readonly colouring: Colouring
  readonly strokes: Grouping | null
  readonly charts: Grouping | null
  readonly details: readonly Axis[]
  readonly columns: readonly Axis[]
  readonly members: readonly (readonly string[])[] | null
  /** Per axis, the place of each run, 0…1. */
  readonly places: readonly Float32Array[]
  /** Per axis with a goal, the rank of each run, best = 1, 0 = none; null for the others. */
  readonly ranks: readonly (Uint32Array | null)[]
  /** Per axis, how it hangs together with the colour. */
  readonly importance: readonly Importance[]
  readonly standout: Standout | null
}

/** The best run by the goal of an axis. */
export interface Standout {
  readonly run: number
  readonly axis: number
}

export function buildScene(input: SceneInput): Scene {
  const runs = input.ids.length
  const axes = input.axes.map(buildAxis)
  const coloured = input.coloured ?? true
  const colourAxis = input.colourBy || !coloured ? -1 : colourIndex(axes, input.colourKey)
  const colourBy = input.colourBy && coloured ? buildAxis(input.colourBy) : (axes[colourAxis] ?? null)
  const colour = colouring(colourBy, input.colourMode, runs)
  const ranks = axes.map((axis) => (axis.goal === null ? null : places(axis.numbers, axis.goal)))
  return {
    axes,
    ids: input.ids,
    names: input.names,
    curved: input.curved,
    colourAxis,
    colourBy,
    colourMode: input.colourMode,
    colouring: colour,
    strokes: groupsOf(input.strokes, runs),
    charts: groupsOf(input.charts, runs),
    details: (input.details ?? []).map(buildAxis),
    columns: (input.columns ?? []).map(buildAxis),
    members: input.members ?? null,
    places: axes.map((axis) => positions(axis, colour.order)),
    ranks,
    importance: axes.map((axis, i) => importance(axis, i === colourAxis ? null : colourBy)),
    standout: standoutOf(ranks, colourAxis),
  }
}

function groupsOf(inputs: readonly AxisInput[] | undefined, runs: number): Grouping | null {
  if (inputs === undefined || inputs.length === 0 || runs === 0) return null
  return groupingOf(inputs.map((input) => buildAxis({ ...input, scale: 'category' })), runs)
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

/** The best of some runs by the same axis as that of all; null where none of them has a rank. */
export function standoutAmong(scene: Scene, members: Uint8Array): Standout | null {
  const axis = scene.standout?.axis ?? -1
  const ranks = scene.ranks[axis]
  if (!ranks) return null
  let run = -1
  for (let i = 0; i < ranks.length; i++) {
    if (!members[i] || ranks[i] === 0) continue
    if (run < 0 || ranks[i]! < ranks[run]!) run = i
  }
  return run < 0 ? null : { run, axis }
}
