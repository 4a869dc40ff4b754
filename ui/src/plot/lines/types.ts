/** What the line chart is given and what it tells. Nothing here knows of the server, the page or Svelte. */

/** `ghost`: a faint trace behind a folded line; `latent`: drawn only when lifted or pinned. Only a `line` is labelled. */
export type Weight = 'line' | 'ghost' | 'latent'

/** Values in 32 bits, or in 64 where these are too few. */
export type Values = Float32Array | Float64Array

export interface Line {
  /** Unique within the chart, and the same when the line has grown. */
  readonly id: string
  /** The run of a trace; null for a line that folds several runs. */
  readonly run: string | null
  /** Lines of one group (colour and stroke) are told apart from others in all charts together. */
  readonly group: string
  readonly label: string
  readonly x: Float64Array // ascending
  readonly y: Values
  /** Values before smoothing, drawn faint behind; null when there are none to show. */
  readonly raw: Values | null
  readonly lo: Values | null
  readonly hi: Values | null
  /** Runs behind each point of a folded line. */
  readonly n: Int32Array | null
  readonly color: string
  readonly dash: number // index into core/palettes DASHES
  /** Still growing: gets an end dot. */
  readonly live: boolean
  readonly weight: Weight
  readonly nonfiniteX: Float64Array
  /** NaN, ∞ or −∞ at each of these. */
  readonly nonfiniteY: Float32Array
  readonly nNan: number
  readonly nInf: number
}

export type Interval = readonly [low: number, high: number]
export type ScaleKind = 'linear' | 'log'
/** How x is written: plain numbers, seconds since the start of the run, seconds since 1970. */
export type XFormat = 'number' | 'duration' | 'time'

export interface Axes {
  readonly x: Interval
  readonly y: Interval
  readonly xScale: ScaleKind
  readonly yScale: ScaleKind
  readonly xFormat: XFormat
  /** Steps and epochs: no tick between two of them. */
  readonly xWhole?: boolean
  readonly xLabel: string
}

/** How points are joined. */
export type Curve = 'linear' | 'smooth' | 'step'
/** What stands at the ends of lines. */
export type EndWords = 'none' | 'names' | 'values'

/** What a chart shows, whatever it is painted on and in whatever size. */
export interface ChartScene {
  readonly lines: readonly Line[]
  readonly axes: Axes
  readonly curve: Curve
  readonly ends: EndWords
}

/** What is lifted out of the rest: one line, or all lines of a run, or where it has none, those of the group. */
export interface Highlight {
  readonly line?: string | null
  readonly run: string | null
  readonly group: string | null
}

/** The crosshair; a chart that is not pointed at knows no y. */
export interface Cursor {
  readonly x: number
  readonly y: number | null
}

export interface Theme {
  readonly bg: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly axis: string
  readonly accent: string
  readonly font: string
}

/** Where the pointer is; `line` is the nearest one if near enough. Pixels are relative to the chart's corner. */
export interface PointerAt {
  readonly line: Line | null
  readonly x: number
  readonly y: number
  readonly left: number
  readonly top: number
  /** The mark at the rim that is pointed at: lines that are not finite there, and at how many points. */
  readonly rim?: RimMark
}

/** What a value that cannot be drawn is. */
export type NonFinite = 'nan' | 'inf' | '-inf'

/** NaN and Inf near one place of the x axis. */
export interface RimMark {
  /** Pixels. */
  readonly left: number
  readonly x: number
  readonly count: number
  /** How many of the points are what; kinds without any are not there. */
  readonly kinds: ReadonlyMap<NonFinite, number>
  readonly lines: ReadonlyMap<Line, number>
}

export interface Zoom {
  readonly x: Interval | null
  readonly y: Interval | null
}

export interface ChartEvents {
  hover(at: PointerAt | null): void
  /** A click; `more` with Shift, Ctrl or Cmd. */
  pick(at: PointerAt | null, more: boolean): void
  zoom(zoom: Zoom): void
  back(): void
  /** The lines were drawn, in so many ms of script. */
  drawn(ms: number): void
}
