/** Columns and axes in few words, for tests. */
import { type Axis, type AxisInput, buildAxis, type Column } from './axis'

/** null = absent; NaN and ±Infinity are values. */
export function numbers(values: readonly (number | null)[]): Column {
  return {
    type: 'number',
    numbers: Float64Array.from(values, (value) => value ?? NaN),
    absent: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
  }
}

export function labels(values: readonly (string | null)[], type: 'string' | 'bool' | 'mixed' = 'string'): Column {
  const distinct = [...new Set(values.filter((value) => value !== null))]
  return {
    type,
    labels: distinct,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : distinct.indexOf(value))),
  }
}

export function axisInput(column: Column, rest: Partial<AxisInput> = {}): AxisInput {
  return { key: 'k', title: 'k', note: '', goal: null, flipped: false, scale: null, ...rest, column }
}

export function axisOf(column: Column, rest: Partial<AxisInput> = {}): Axis {
  return buildAxis(axisInput(column, rest))
}

/** `count` numbers from `low` to `high` in equal ratios. */
export function ratios(count: number, low: number, high: number): number[] {
  return spread(count, Math.log(low), Math.log(high)).map(Math.exp)
}

/** `count` numbers from `low` to `high` in equal steps. */
export function spread(count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))
}
