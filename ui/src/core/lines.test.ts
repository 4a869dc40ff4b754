import { float32, float64, int32, list, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette'
import { describe, expect, it } from 'vitest'
import { contextOf, readLines } from './lines'
import type { LinesMeta } from './wire'

const meta: Partial<LinesMeta> = { lines: 2, exact: true }

function answer(values: ReturnType<typeof float32> | ReturnType<typeof float64> = float32(), first: readonly number[] = [0.5, 0.75]): Uint8Array {
  const table = tableFromArrays(
    {
      kind: ['fold', 'trace'],
      run: [null, 'run-a'],
      name: ['f1', 'f1'],
      context: ['{}', '{"lang": "de"}'],
      chart: [0, 1],
      color: [0, 1],
      stroke: [0, 0],
      n_runs: [3, 1],
      x: [[1, 2], [1]],
      y: [first, [0.25]],
      raw: [null, [0.5]],
      lo: [[0, 0.5], null],
      hi: [[1, 1], null],
      n: [[3, 2], null],
      n_nan: [0, 2],
      n_inf: [0, 1],
      nonfinite_x: [[], [7]],
      nonfinite_y: [[], [-Infinity]],
      n_points: [5, 1],
      status: [null, 'running'],
    },
    {
      types: {
        kind: utf8(),
        run: utf8(),
        name: utf8(),
        context: utf8(),
        status: utf8(),
        chart: int32(),
        color: int32(),
        stroke: int32(),
        n_runs: int32(),
        n_nan: int32(),
        n_inf: int32(),
        n_points: int32(),
        x: list(float64()),
        nonfinite_x: list(float64()),
        nonfinite_y: list(float32()),
        y: list(values),
        raw: list(values),
        lo: list(values),
        hi: list(values),
        n: list(int32()),
      },
    },
  )
  table.schema.metadata = new Map([['ridgeline', JSON.stringify(meta)]])
  return tableToIPC(table, { format: 'stream' })!
}

describe('readLines', () => {
  const { meta: read, rows } = readLines(answer())

  it('reads the metadata and one row a line', () => {
    expect(read).toEqual(meta)
    expect(rows.map((row) => [row.kind, row.run, row.runs])).toEqual([
      ['fold', null, 3],
      ['trace', 'run-a', 1],
    ])
  })

  it('keeps points as typed arrays, and no band for a trace', () => {
    expect(rows[0]!.x).toEqual(Float64Array.from([1, 2]))
    expect(rows[0]!.hi).toEqual(Float32Array.from([1, 1]))
    expect([rows[0]!.raw, rows[1]!.raw]).toEqual([null, Float32Array.from([0.5])])
    expect(rows[0]!.n).toEqual(Int32Array.from([3, 2]))
    expect(rows[1]!.lo).toBeNull()
    expect(rows[1]!.y).toEqual(Float32Array.from([0.25]))
  })

  it('keeps what takes 64 bits: the largest numbers, and small steps of large ones', () => {
    for (const values of [[1e308, -1e308], [1e9 + 1e-3, 1e9 + 2e-3]]) {
      const [fold, trace] = readLines(answer(float64(), values)).rows
      expect(fold!.y).toEqual(Float64Array.from(values))
      expect(trace!.raw).toEqual(Float64Array.from([0.5]))
    }
  })

  it('reads what is not finite, status and context', () => {
    expect([rows[1]!.nNan, rows[1]!.nInf, [...rows[1]!.nonfiniteX], [...rows[1]!.nonfiniteY], rows[1]!.status]).toEqual([2, 1, [7], [-Infinity], 'running'])
    expect(contextOf(rows[1]!)).toEqual({ lang: 'de' })
  })
})
