/** Which metrics a page shows before anyone has chosen: what most runs have, dev before test, few contexts. */
import { metricExpression } from './run-columns'
import type { Context, MetricPicker, Pickers } from './wire'

const METRICS = 4
/** Looking at held-out scores while choosing is how one picks on test by accident. */
const HELD_OUT = /^(test|held[-_ ]?out|holdout)$/i

/** What is set rather than reached tells no run from another. */
const SCHEDULE = /^(lr|learning[-_ ]?rate|epoch|step|momentum|weight[-_ ]?decay|grad(ient)?[-_ ]?norm)$/i

export const isSchedule = (name: string): boolean => SCHEDULE.test(name.slice(name.search(/[^/.]*$/)))
export const isSystem = (name: string): boolean => name.startsWith('system.')
/** Whether a metric has points; the others have texts, images, … */
export const isNumeric = ({ kind }: Pick<MetricPicker, 'kind'>): boolean => ['bool', 'int', 'float'].includes(kind)

/** Metrics that people recorded, most runs first, those to maximise before those to minimise. */
export function recordedMetrics(pickers: Pickers): MetricPicker[] {
  return pickers.metrics
    .filter((metric) => isNumeric(metric) && metric.kind !== 'bool' && !isSystem(metric.name))
    .sort((a, b) => b.runs - a.runs || Number(a.goal === 'min') - Number(b.goal === 'min') || (a.name < b.name ? -1 : 1))
}

/** The best value of each of the first metrics, in one context, as columns. */
export function bestColumns(pickers: Pickers, most: number): string[] {
  return recordedMetrics(pickers)
    .filter(({ name }) => !isSchedule(name))
    .slice(0, most)
    .map((metric) => metricExpression({ name: metric.name, context: openContexts(metric)[0] ?? {}, reducer: 'best' }))
}

export function isHeldOut(context: Context): boolean {
  return Object.values(context).some((value) => typeof value === 'string' && HELD_OUT.test(value))
}

/** The contexts of a metric without the held-out ones, unless it has no others. */
function openContexts(metric: MetricPicker): Context[] {
  const contexts = metric.contexts.map((item) => item.context)
  const open = contexts.filter((context) => !isHeldOut(context))
  return open.length ? open : contexts
}

/** Column expressions: three contexts of the first metric and one of the next, or one each when contexts are few. */
export function defaultMetricColumns(pickers: Pickers): string[] {
  const metrics = recordedMetrics(pickers).filter(({ name }) => !isSchedule(name))
  const [first, ...others] = metrics
  if (!first) return []
  const lead = openContexts(first).slice(0, Math.max(METRICS - 1, METRICS - others.length))
  const rest = others.sort((a, b) => Number(b.goal !== first.goal) - Number(a.goal !== first.goal)).slice(0, METRICS - lead.length)
  return [
    ...lead.map((context) => metricExpression({ name: first.name, context, reducer: 'last' })),
    ...rest.map((metric) => metricExpression({ name: metric.name, context: openContexts(metric)[0] ?? {}, reducer: 'last' })),
  ]
}
