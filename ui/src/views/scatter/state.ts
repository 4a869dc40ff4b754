/** What the Scatter page keeps in its address. */
import { column, columns, list, number, oneOf, type StateOf, text } from '../../core/codec'
import { TABLE } from '../../core/table-state'

export const SCATTER = {
  q: text(),
  /** Params or metrics; empty = chosen for the reader. */
  x: column(),
  y: column(),
  /** What colours the dots: `auto` is the param that tells most, `none` nothing. */
  by: column('auto'),
  /** Columns whose values together make groups of colour; they go before `by`. */
  c: columns(),
  rank: oneOf(['rank', 'value'], 'rank'),
  pal: oneOf(['viridis', 'cividis'], 'viridis'),
  size: column(),
  /** Params whose values each get a chart. */
  ch: columns(),
  /** Channels switched off that keep their keys: `c`, `ch`. */
  off: list(),
  /** Axes whose scale is set by hand: `log:axis` or `lin:axis`. */
  scale: list(),
  /** Ends of axes set by hand: `axis expression:low..high`. */
  range: list(),
  trend: oneOf(['none', 'linear', 'loess'], 'none'),
  /** Share of the points that each local line of LOESS is fitted to. */
  bw: number(0.66),
  /** As on the Params page. */
  brush: list(),
  /** Ids of runs taken out by hand. */
  hide: list(),
  /** What the tooltip tells beside the axes. */
  tip: columns(),
  sort: columns(),
  table: number(0.35),
  ...TABLE,
}

export type ScatterState = StateOf<typeof SCATTER>
export const NO_COLOUR_KEY = 'none'
