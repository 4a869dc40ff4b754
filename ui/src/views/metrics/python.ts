/** The lines of Python that give the frame behind the charts of a view. */
import type { ParamValue } from '../../core/api'
import type { MetricsState } from '../../core/view-state'
import { drawnLines, linesQuery } from './request'

/** Arguments of `Repo.lines` that have the names and the defaults of the API's parameters. */
const ARGUMENTS = ['x', 'color', 'stroke', 'chart', 'fold', 'traces', 'line', 'band', 'smooth', 'raw', 'xmin', 'xmax'] as const
const DEFAULTS: Readonly<Record<string, ParamValue>> = { x: 'step', fold: false, line: 'median', band: 'minmax', smooth: 'none' }

export function pythonOf(state: MetricsState): string {
  const query = linesQuery(state, drawnLines(state))
  const given = ARGUMENTS.filter((name) => !isLeftOut(name, query))
  const metrics = `    ${pythonValue(state.m)},`
  const runs = state.q ? [`    ${pythonText(state.q)},`] : []
  return [
    'import ridgeline',
    '',
    'repo = ridgeline.Repo()',
    'lines = repo.lines(',
    metrics,
    ...runs,
    ...given.map((name) => `    ${name}=${pythonValue(query[name])},`),
    ').to_pandas()',
  ].join('\n')
}

function isLeftOut(name: string, query: Record<string, ParamValue>): boolean {
  const value = query[name]
  if (value === null || value === undefined || value === DEFAULTS[name]) return true
  if (name === 'line' || name === 'band') return query.fold !== true
  return typeof value === 'object' && value.length === 0
}

function pythonValue(value: ParamValue): string {
  if (typeof value === 'string') return pythonText(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  const items = value ?? []
  return items.length === 1 ? pythonText(items[0]!) : `[${items.map(pythonText).join(', ')}]`
}

/** In single quotes where the text has double ones, so that selectors and expressions stay readable. */
function pythonText(text: string): string {
  const plain = !/[\\'\p{C}]/u.test(text)
  return plain ? `'${text}'` : JSON.stringify(text)
}
