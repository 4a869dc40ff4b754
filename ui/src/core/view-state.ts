/** What each page keeps in its address. Hover, scroll and selection are not part of it. */
import { column, columns, flag, list, number, oneOf, optional, selectors, text, type StateOf } from './codec'

export const RUNS = {
  /** Which runs, as an expression. */
  q: text(),
  /** Params shown: those that differ among the matched runs, all, or none but the added ones. */
  cols: oneOf(['varying', 'all', 'none'], 'varying'),
  /** Columns added by hand; `auto` is replaced by the metrics that most runs have. */
  add: columns(['auto']),
  /** Columns taken away by hand. */
  hide: columns(),
  /** Column ids in the order wanted; the rest follows. */
  order: columns(),
  /** Column ids; a leading `-` sorts downwards. */
  sort: columns(),
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
  fold: flag(),
  line: oneOf(['median', 'mean', 'min', 'max'], 'median'),
  /** Single runs, faint, behind folded lines. */
  tr: flag(),
  band: oneOf(['minmax', 'std', 'stderr', 'ci95', 'quartiles', 'none'], 'minmax'),
  x: text('step'),
  xs: oneOf(['lin', 'log'], 'lin'),
  ys: oneOf(['lin', 'log'], 'lin'),
  /** Y range shared by all charts, or one a chart. */
  yr: oneOf(['shared', 'own'], 'shared'),
  sm: text('none'),
  /** Share of points that the Y range may leave out as outliers. */
  out: oneOf(['off', 'p99', 'p95'], 'off'),
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
  sort: list(),
  /** Share of the height that the table takes; 0 hides it. */
  table: number(0.4),
  labels: flag(true),
}

export const PARAMS = {
  q: text(),
  /** Axes, left to right. */
  a: columns(),
  /** Colour axis; empty is the last one. */
  by: column(),
  /** How colour follows the axis. */
  rank: oneOf(['rank', 'value'], 'rank'),
  /** `axis expression:low..high` or `axis expression:=word|word`. */
  brush: list(),
  /** Axes turned upside down. */
  flip: columns(),
  /** Axes whose scale is set by hand: `log:axis` or `lin:axis`. */
  scale: list(),
  /** Ids of runs taken out by hand. */
  hide: list(),
  curve: flag(),
  sort: columns(),
  table: number(0.4),
}

export const RUN = {
  tab: oneOf(['overview', 'metrics', 'params', 'system', 'console', 'artifacts', 'environment'], 'overview'),
  x: text('step'),
  ys: oneOf(['lin', 'log'], 'lin'),
  sm: text('none'),
  find: text(),
}

export type RunsState = StateOf<typeof RUNS>
export type MetricsState = StateOf<typeof METRICS>
export type ParamsState = StateOf<typeof PARAMS>
export type RunPageState = StateOf<typeof RUN>
