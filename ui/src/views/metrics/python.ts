/** The lines of Python that read the points of a view. */
import { parseSelector } from '../../core/selector'
import type { MetricsState } from '../../core/view-state'

export function pythonOf(state: Pick<MetricsState, 'q' | 'm'>): string {
  const query = metricQuery(state)
  return ['import ridgeline', '', 'repo = ridgeline.Repo()', `points = repo.metrics(${pythonString(query)}).to_pandas()`].join('\n')
}

/** The expression for the runs and the selectors of metrics as one expression of the query language. */
export function metricQuery({ q, m }: Pick<MetricsState, 'q' | 'm'>): string {
  const each = m.map((text) => {
    const { name, context } = parseSelector(text)
    const named = /[*?]/.test(name) ? `re.match(${JSON.stringify(globPattern(name))}, metric.name)` : `metric.name == ${JSON.stringify(name)}`
    const parts = Object.entries(context).map(([key, value]) => `metric.context.${key} == ${pythonValue(value)}`)
    return [named, ...parts].join(' and ')
  })
  const metrics = each.length > 1 ? each.map((part) => `(${part})`).join(' or ') : (each[0] ?? '')
  if (!q) return metrics
  return metrics ? `(${q}) and ${each.length > 1 ? `(${metrics})` : metrics}` : q
}

function globPattern(name: string): string {
  return `^${name.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`
}

function pythonValue(value: unknown): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  return value === null ? 'None' : JSON.stringify(value)
}

function pythonString(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\')}'`
}
