/** What a chart shows, in numbers: tests read these and no pixels. */
import type { Arrangement } from './arrange'
import { lifted, pinned } from './lifted'
import { rimMarks } from './rim'
import type { ChartScene, Cursor, Curve, Highlight, Line, NonFinite, ScaleKind, Weight } from './types'

export interface ChartDebug {
  readonly lines: readonly {
    readonly id: string
    readonly run: string | null
    readonly label: string
    readonly color: string
    readonly dash: number
    readonly points: number
    readonly weight: Weight
    readonly raw: boolean
    readonly live: boolean
  }[]
  readonly colors: readonly string[]
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly xScale: ScaleKind
  readonly yScale: ScaleKind
  readonly curve: Curve
  readonly cursor: number | null
  readonly cursorY: number | null
  readonly hovered: string | null
  readonly lifted: readonly string[]
  readonly pinned: readonly string[]
  readonly labels: readonly string[]
  readonly labelTops: readonly number[]
  readonly ticks: { readonly x: readonly string[]; readonly y: readonly string[] }
  /** Marks of NaN and Inf: how many, and where. */
  readonly rim: number
  readonly rimX: readonly number[]
  /** What stands at each mark, with the number of its points. */
  readonly rimKinds: readonly Partial<Record<NonFinite, number>>[]
  readonly draws: { readonly frame: number; readonly lines: number; readonly lifted: number; readonly overlay: number }
}

export interface DrawnValues {
  readonly run: string | null
  readonly label: string
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly raw: readonly number[] | null
  readonly lo: readonly number[] | null
  readonly hi: readonly number[] | null
  readonly n: readonly number[] | null
}

interface Shown {
  readonly scene: ChartScene
  readonly cursor: Cursor | null
  readonly hovered: Line | null
  readonly draws: ChartDebug['draws']
  readonly arranged: Arrangement | null
  readonly pins: ReadonlySet<string>
  readonly highlight: Highlight | null
}

export function debugOf({ scene, cursor, hovered, draws, arranged, pins, highlight }: Shown): ChartDebug {
  const { lines, axes, curve } = scene
  const marks = arranged ? rimMarks(lines, arranged.view) : []
  return {
    lines: lines.map(({ id, run, label, color, dash, x, weight, raw, live }) => ({ id, run, label, color, dash, points: x.length, weight, raw: raw !== null, live })),
    colors: [...new Set(lines.map((line) => line.color))],
    x: axes.x,
    y: axes.y,
    xScale: axes.xScale,
    yScale: axes.yScale,
    curve,
    cursor: cursor?.x ?? null,
    cursorY: cursor?.y ?? null,
    hovered: hovered?.id ?? null,
    lifted: lifted(lines, highlight).map((line) => line.id),
    pinned: pinned(lines, pins).map((line) => line.id),
    labels: arranged?.labels.map((label) => label.text) ?? [],
    labelTops: arranged?.labels.map((label) => label.y) ?? [],
    ticks: { x: arranged?.ticks.x.map(({ label }) => label) ?? [], y: arranged?.ticks.y.map(({ label }) => label) ?? [] },
    rim: marks.length,
    rimX: marks.map((mark) => mark.x),
    rimKinds: marks.map((mark) => Object.fromEntries(mark.kinds)),
    draws: { ...draws },
  }
}

export function drawnValues(lines: readonly Line[]): DrawnValues[] {
  const list = (values: ArrayLike<number> | null): number[] | null => values && Array.from(values)
  return lines.map(({ run, label, x, y, raw, lo, hi, n }) => ({ run, label, x: [...x], y: [...y], raw: list(raw), lo: list(lo), hi: list(hi), n: list(n) }))
}
