/** Lines of the Metrics page as the server grouped, aligned, folded and thinned them. */
import { getBytes, queryString, type ParamValue } from './api'
import { decodeArrow } from './arrow'
import { parseContext } from './selector'
import type { Context, LinesMeta, RunStatus } from './wire'

/** Values as the server sends them: in 32 bits where nobody can see the difference. */
export type LineValues = Float32Array | Float64Array

export interface LineRow {
  readonly kind: 'trace' | 'fold'
  /** Null for a line that folds several runs. */
  readonly run: string | null
  readonly name: string
  readonly context: string // JSON with sorted keys
  /** Places in the lists of the metadata; 0 where these are empty. */
  readonly chart: number
  readonly color: number
  readonly stroke: number
  readonly runs: number
  readonly x: Float64Array
  readonly y: LineValues
  /** Before smoothing; null when it was not asked for. */
  readonly raw: LineValues | null
  readonly lo: LineValues | null
  readonly hi: LineValues | null
  readonly n: Int32Array | null
  readonly nNan: number
  readonly nInf: number
  readonly nonfiniteX: Float64Array
  /** NaN, ∞ or −∞ at each of these. */
  readonly nonfiniteY: Float32Array
  /** Points before thinning. */
  readonly points: number
  readonly status: RunStatus | null
}

export interface LinesAnswer {
  readonly meta: LinesMeta
  readonly rows: readonly LineRow[]
}

export async function fetchLines(params: Record<string, ParamValue>, signal?: AbortSignal): Promise<LinesAnswer> {
  return readLines(await getBytes(`/api/lines.arrow${queryString(params)}`, signal))
}

export function readLines(bytes: Uint8Array): LinesAnswer {
  const { table, meta } = decodeArrow<LinesMeta>(bytes)
  const cell = <T>(name: string): ((row: number) => T) => {
    const column = table.getChild(name)
    return (row) => column.at(row) as T
  }
  const text = (name: string): ((row: number) => string) => cell<string>(name)
  const [kind, run, name, context, status] = [text('kind'), text('run'), text('name'), text('context'), text('status')]
  const number = (column: string): ((row: number) => number) => cell<number>(column)
  const [chart, color, stroke, runs] = [number('chart'), number('color'), number('stroke'), number('n_runs')]
  const [nNan, nInf, points] = [number('n_nan'), number('n_inf'), number('n_points')]
  const [x, nonfiniteX] = [cell<Float64Array | null>('x'), cell<Float64Array | null>('nonfinite_x')]
  const nonfiniteY = cell<Float32Array | null>('nonfinite_y')
  const [y, lo, hi] = [cell<LineValues | null>('y'), cell<LineValues | null>('lo'), cell<LineValues | null>('hi')]
  const n = cell<Int32Array | null>('n')
  const raw = cell<LineValues | null>('raw')
  const rows = Array.from({ length: table.numRows }, (_, row): LineRow => ({
    kind: kind(row) === 'fold' ? 'fold' : 'trace',
    run: run(row),
    name: name(row),
    context: context(row),
    chart: chart(row),
    color: color(row),
    stroke: stroke(row),
    runs: runs(row),
    x: x(row) ?? new Float64Array(),
    y: y(row) ?? new Float32Array(),
    raw: raw(row),
    lo: lo(row),
    hi: hi(row),
    n: n(row),
    nNan: nNan(row),
    nInf: nInf(row),
    nonfiniteX: nonfiniteX(row) ?? new Float64Array(),
    nonfiniteY: nonfiniteY(row) ?? new Float32Array(),
    points: points(row),
    status: status(row) as RunStatus | null,
  }))
  return { meta, rows }
}

export function contextOf(row: LineRow): Context {
  return parseContext(row.context) ?? {}
}
