/** The series of one run as small charts: one a metric, with the contexts that differ most laid over each other. */
import { isHeldOut } from './default-metrics'
import { formatParam } from './format'
import { contextOf, type LineRow } from './lines'
import type { Json } from './wire'

export interface RunSeries {
  row: LineRow
  /** What tells it from the others of its chart; empty for a lone series. */
  label: string
  /** Place of its label among all labels of all charts: the same context has the same colour everywhere. */
  group: number
}

export interface RunChart {
  id: string
  title: string
  /** Context that all series of the chart share. */
  note: string
  series: RunSeries[]
}

export interface RunCharts {
  charts: RunChart[]
  /** All labels, in natural order. */
  groups: string[]
}

/** With up to so many lines all contexts share a chart. */
const FEW_LINES = 6

/** Charts in the order of their metrics, those of held-out data last. */
export function runCharts(rows: readonly LineRow[]): RunCharts {
  const collator = new Intl.Collator('en', { numeric: true })
  const names = [...new Set(rows.map((row) => row.name))]
  const split = names.flatMap((name) => splitMetric(name, rows.filter((row) => row.name === name)))
  const groups = [...new Set(split.flatMap(({ series }) => series.map(({ label }) => label)))].sort(collator.compare)
  const place = new Map(groups.map((label, at) => [label, at]))
  const heldOut = (chart: RunChart): number => Number(chart.series.every(({ row }) => isHeldOut(contextOf(row))))
  return {
    groups,
    charts: split.sort((a, b) => heldOut(a) - heldOut(b)).map((chart) => ({
      ...chart,
      series: chart.series.map((series) => ({ ...series, group: place.get(series.label) ?? 0 })),
    })),
  }
}

function splitMetric(name: string, rows: readonly LineRow[]): RunChart[] {
  const contexts = rows.map(contextOf)
  const values = new Map<string, Set<string>>()
  for (const context of contexts)
    for (const [key, value] of Object.entries(context)) (values.get(key) ?? values.set(key, new Set()).get(key))?.add(JSON.stringify(value))
  const varying = [...values].filter(([, seen]) => seen.size > 1).sort(([, a], [, b]) => b.size - a.size)
  const overlaid = rows.length <= FEW_LINES ? varying.map(([key]) => key) : varying.slice(0, 1).map(([key]) => key)
  const charts = new Map<string, RunChart>()
  rows.forEach((row, at) => {
    const entries = Object.entries(contexts[at] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
    const note = words(entries.filter(([key]) => !overlaid.includes(key)))
    const id = `${name} ${note}`
    const chart = charts.get(id) ?? { id, title: name, note, series: [] }
    charts.set(id, chart)
    chart.series.push({ row, label: words(entries.filter(([key]) => overlaid.includes(key))), group: 0 })
  })
  return [...charts.values()]
}

const words = (entries: [string, Json][]): string => entries.map(([, value]) => formatParam(value)).join(', ')
