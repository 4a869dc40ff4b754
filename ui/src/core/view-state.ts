/** What each page keeps in its address. Hover, scroll and selection are not part of it. */
import { alignment, byColumn, column, columns, finite, flag, list, number, oneOf, optional, selectors, text, type StateOf } from './codec'
import { TABLE } from './table-state'

export const RUNS = {
  /** Which runs, as an expression. */
  q: text(),
  show: oneOf(['active', 'archived', 'deleted'], 'active'),
  /** Words that the rows must have in a name, a tag, a param. */
  find: text(),
  /** Params shown: those that differ among the matched runs, all, or none but the added ones. */
  cols: oneOf(['varying', 'all', 'none'], 'varying'),
  /** Columns added by hand; `auto` is replaced by the metrics that most runs have. */
  add: columns(['auto']),
  /** Columns taken away by hand. */
  hide: columns(),
  /** Column ids in the order wanted; the rest follows. */
  order: columns(),
  /** Columns that stay in sight at either side. */
  left: columns(['name']),
  right: columns(),
  /** Widths set by hand. */
  w: byColumn(finite),
  /** Columns with colour behind their values, with a sparkline, without dots. */
  tint: columns(),
  spark: columns(),
  plain: columns(),
  /** Directions that differ from what the metric's name tells, by metric. */
  goal: byColumn((word) => (['min', 'max'] as const).find((goal) => goal === word)),
  /** Column ids; a leading `-` sorts downwards. */
  sort: columns(),
  /** Columns whose values make groups; `*` is all params that vary, `*-<column>` all but one. */
  group: columns(),
  agg: oneOf(['mean', 'median', 'range'], 'mean'),
  /** Keys of groups that show their runs; `*` is all. */
  open: list(),
  rows: number(28),
  /** Run id of the baseline. */
  base: text(),
}

export const METRICS = {
  q: text(),
  m: selectors(),
  /** Keys of colour, stroke and chart: `run.hparams.lr`, `metric.context.lang`; a leading `-` is "all but". */
  c: list(),
  s: list(),
  ch: list(),
  /** Channels switched off that keep their keys: `c`, `s`, `ch`. */
  off: list(),
  /** `auto` is a ramp for numbers and the eight colours for everything else. */
  pal: oneOf(['auto', 'eight', 'many', 'viridis', 'cividis', 'diverging'], 'auto'),
  /** Ramps take even steps from group to group, or the distance of their numbers. */
  ramp: oneOf(['steps', 'value'], 'steps'),
  /** One value has the same colour and dash in every view. */
  stable: flag(),
  /** Which of the orders colours and dashes are dealt in; 0 is that of the groups. */
  shuf: number(0),
  dashes: number(0),
  /** Colours chosen by hand: `label=#rrggbb`. */
  paint: list(),
  fold: flag(),
  line: oneOf(['median', 'mean', 'min', 'max'], 'median'),
  /** Single runs, faint, behind folded lines. */
  tr: flag(),
  band: oneOf(['minmax', 'std', 'stderr', 'ci95', 'quartiles', 'none'], 'minmax'),
  /** `step`, `epoch`, `relative`, `absolute` or `metric:` with a selector. */
  x: alignment(),
  xs: oneOf(['lin', 'log'], 'lin'),
  ys: oneOf(['lin', 'log'], 'lin'),
  /** Y range shared by all charts, or one a chart. */
  yr: oneOf(['shared', 'own'], 'shared'),
  sm: text('none'),
  /** The unsmoothed line, faint, behind a smoothed one. */
  raw: flag(),
  /** How points are joined. */
  curve: oneOf(['linear', 'smooth', 'step'], 'linear'),
  /** The most points that a line is drawn with. */
  pts: oneOf(['100', '250', '500', '1000', 'exact'], '1000'),
  /** What the Y range may leave out as outliers: a share of the points, or what lies 4 quartile ranges from the quartiles. */
  out: oneOf(['off', 'p99', 'p95', 'iqr'], 'off'),
  /** What is lifted with the line that is pointed at: all of its run, the line alone, or nothing. */
  hl: oneOf(['run', 'series', 'off'], 'run'),
  tips: flag(true),
  /** What the tooltip lists; `auto` is replaced by the params that vary. */
  tip: list(['auto']),
  /** `auto` shows the legend where the names at the ends of lines do not tell all. */
  leg: oneOf(['auto', 'on', 'off'], 'auto'),
  /** Width of the legend in px. */
  legw: number(220),
  xmin: optional(),
  xmax: optional(),
  ymin: optional(),
  ymax: optional(),
  /** Keys of lines pinned and hidden. */
  pin: list(),
  hide: list(),
  /** Groups whose runs the table lists. */
  open: list(),
  /** The one chart shown alone, by its label. */
  only: text(),
  /** Charts with an axis, a range or a smoothing of their own: `ys=log,y=0..1@<label>`. */
  cs: list(),
  /** Labels of the charts that come first. */
  order: list(),
  /** Charts side by side; 0 is as many as have room. */
  cols: number(0),
  /** Whether a zoom is that of all charts or of the one it was made in. */
  zx: oneOf(['all', 'one'], 'all'),
  /** The point that is held: label of its chart, its line, its x. */
  at: list(),
  sort: list(),
  /** Share of the height that the table takes; 0 hides it. */
  table: number(0.4),
  ...TABLE,
  /** Params that have a column of their own in the table; without any, what varies stands beside the name. */
  tp: oneOf(['none', 'varying', 'all'], 'none'),
  labels: flag(true),
  /** The last value of a line beside its name. */
  ends: flag(),
}

export const PARAMS = {
  q: text(),
  /** Axes, left to right. */
  a: columns(),
  /** What gives the colour, an axis or not; empty is the last axis. */
  by: column(),
  /** Columns whose values together make groups of colour; they go before `by`. */
  c: columns(),
  /** How colour follows the axis. */
  rank: oneOf(['rank', 'value'], 'rank'),
  pal: oneOf(['viridis', 'cividis'], 'viridis'),
  /** Columns that dashes tell apart, and those that each have a chart of their own. */
  s: columns(),
  ch: columns(),
  /** Channels switched off that keep their keys: `c`, `s`, `ch`. */
  off: list(),
  /** The param whose runs are one line, as a seed. */
  fold: column(),
  /** The band from least to greatest of a folded line that is pointed at. */
  band: flag(true),
  /** `axis expression:low..high` or `axis expression:=word|word`. */
  brush: list(),
  /** Axes turned upside down. */
  flip: columns(),
  /** Axes whose scale is set by hand: `log:axis`, `lin:axis` or `cat:axis`. */
  scale: list(),
  /** Ends of axes set by hand: `axis expression:low..high`. */
  range: list(),
  /** Ids of runs taken out by hand, and of those that stay lifted. */
  hide: list(),
  pin: list(),
  /** What the tooltip tells beside the axes. */
  tip: columns(),
  curve: flag(),
  sort: columns(),
  table: number(0.4),
  ...TABLE,
}

const RUN_TABS = ['overview', 'metrics', 'params', 'system', 'objects', 'console', 'artifacts', 'notes', 'environment'] as const

export const RUN = {
  tab: oneOf(RUN_TABS, 'overview'),
  x: text('step'),
  ys: oneOf(['lin', 'log'], 'lin'),
  sm: text('none'),
  /** The part of the x axis that the charts show. */
  xmin: optional(),
  xmax: optional(),
  /** Only params that differ from those of the siblings. */
  diff: flag(),
  find: text(),
}

export type RunsState = StateOf<typeof RUNS>
export type MetricsState = StateOf<typeof METRICS>
export type ParamsState = StateOf<typeof PARAMS>
export type RunPageState = StateOf<typeof RUN>
