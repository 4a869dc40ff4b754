/** The lines of Python that read the table of the page. */
import type { ParamsState } from '../../core/view-state'

export function pythonOf(q: ParamsState['q'], columns: readonly string[]): string {
  const given = [...(q ? [JSON.stringify(q)] : []), ...(columns.length ? [`columns=[\n    ${columns.map((column) => `${JSON.stringify(column)},`).join('\n    ')}\n]`] : [])]
  return ['import ridgeline', '', 'repo = ridgeline.Repo()', `runs = repo.runs(${given.join(', ')}).to_pandas()`].join('\n')
}
