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
  rank: oneOf(['rank', 'value'], 'rank'),
  size: column(),
  /** Params whose values each get a chart. */
  ch: columns(),
  /** Axes whose scale is set by hand: `log:axis` or `lin:axis`. */
  scale: list(),
  trend: oneOf(['none', 'linear', 'loess'], 'none'),
  /** Share of the points that each local line of LOESS is fitted to. */
  bw: number(0.66),
  /** As on the Params page. */
  brush: list(),
  /** Ids of runs taken out by hand. */
  hide: list(),
  sort: columns(),
  table: number(0.35),
  ...TABLE,
}

export type ScatterState = StateOf<typeof SCATTER>
export const NO_COLOUR_KEY = 'none'
