/** Answers of the server for tests of the Metrics page. */
import { decode } from '../../core/codec'
import type { LineRow, LinesAnswer } from '../../core/lines'
import type { ThemeTokens } from '../../core/theme-tokens'
import { METRICS, type MetricsState } from '../../core/view-state'
import type { LinesMeta, Pickers } from '../../core/wire'
import { coloringOf } from './colors'
import type { Drawing } from './scene'

export function row(more: Partial<LineRow> = {}): LineRow {
  return {
    kind: 'trace',
    run: 'r1',
    name: 'f1',
    context: '{}',
    chart: 0,
    color: 0,
    stroke: 0,
    runs: 1,
    x: Float64Array.from([1, 2, 3]),
    y: Float32Array.from([0.25, 0.75, 0.5]),
    raw: null,
    lo: null,
    hi: null,
    n: null,
    nNan: 0,
    nInf: 0,
    nonfiniteX: new Float64Array(),
    nonfiniteY: new Float32Array(),
    points: 3,
    status: 'finished',
    ...more,
  }
}

export function fold(more: Partial<LineRow> = {}): LineRow {
  const bounds = { lo: Float32Array.from([0, 0.5, 0.25]), hi: Float32Array.from([0.5, 1, 0.75]), n: Int32Array.from([2, 2, 1]) }
  return row({ kind: 'fold', run: null, runs: 2, status: null, ...bounds, ...more })
}

export function answer(rows: readonly LineRow[], more: Partial<LinesMeta> = {}): LinesAnswer {
  const meta: LinesMeta = {
    charts: [{ label: 'de', key: { 'metric.context.lang': 'de' } }],
    colors: [],
    strokes: [],
    color_scale: 'categorical',
    color_log: false,
    color_key: null,
    x: { kind: 'epoch', label: 'epoch', missing: 0 },
    lines: rows.length,
    series: rows.length,
    runs: 1,
    points_total: 3,
    points_sent: 3,
    unplaced: 0,
    exact: true,
    ms: 1,
    generation: 1,
    ...more,
  }
  return { meta, rows }
}

export const RATES: Partial<LinesMeta> = {
  colors: [0.001, 0.01].map((value) => ({ label: String(value), key: { 'run.lr': value }, value })),
  color_scale: 'sequential',
  color_log: true,
}

export const tokens = {
  categories: ['#c1', '#c2', '#c3', '#c4', '#c5', '#c6', '#c7', '#c8'],
  ramp: ['#000000', '#ffffff'],
  muted: '#777777',
} as unknown as ThemeTokens

export function drawing(more: Partial<Drawing> = {}): Drawing {
  return { tokens, fold: false, traces: false, hidden: new Set(), runName: (run) => `name of ${run}`, colored: true, coloring: coloringOf(state()), ...more }
}

export function state(search = ''): MetricsState {
  return decode(METRICS, search)
}

export const pickers: Pickers = {
  experiments: [],
  tags: [],
  params: [
    { path: 'hparams.lr', expression: 'run.hparams.lr', runs: 9, kinds: ['float'], distinct: 6, values: [] },
    { path: 'hparams.seed', expression: 'run.hparams.seed', runs: 9, kinds: ['int'], distinct: 30, values: [] },
    { path: 'hparams.optim', expression: 'run.hparams.optim', runs: 9, kinds: ['str'], distinct: 2, values: [] },
    { path: 'hparams.batch', expression: 'run.hparams.batch', runs: 9, kinds: ['int'], distinct: 1, values: [] },
  ],
  metrics: [
    {
      name: 'f1',
      kind: 'float',
      runs: 90,
      goal: 'max',
      contexts: [
        { context: { lang: 'de', subset: 'test' }, runs: 90 },
        { context: { lang: 'de', subset: 'dev' }, runs: 90 },
        { context: { lang: 'en', subset: 'dev' }, runs: 90 },
        { context: { lang: 'sv', subset: 'dev' }, runs: 80 },
      ],
    },
    { name: 'loss', kind: 'float', runs: 9, goal: 'min', contexts: [{ context: {}, runs: 9 }] },
    { name: 'system.cpu', kind: 'float', runs: 90, goal: 'max', contexts: [{ context: { core: 1 }, runs: 90 }] },
  ],
}
