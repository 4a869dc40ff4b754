/** What the Runs page shows, in words and as text to copy. */
import type { GridColumn } from '../../components/grid'
import { gridText } from '../../components/grid-text'
import { ApiError } from '../../core/api'
import { formatCount, isolated, plural } from '../../core/format'
import { shortColumn } from '../../core/run-columns'
import type { TextTable } from '../../core/table-text'
import type { RunsModel } from './model.svelte'

/** `pos, sorted by f1 de ↓, lr ↑` */
export function describeOrder(model: RunsModel, all: readonly GridColumn[]): string {
  const keys = model.view.sort.filter((key) => model.sortable.has(key.replace(/^-/, ''))).map((key) => {
    const id = key.replace(/^-/, '')
    const column = all.find((item) => item.id === id)
    return `${(column?.block ? column.group : column?.title) ?? shortColumn(id)}${key.startsWith('-') ? ' ↓' : ' ↑'}`
  })
  const experiments = model.pickers.data?.experiments ?? []
  const where = experiments.length === 1 ? `${experiments[0]?.name}, ` : ''
  const groups = model.grouping ? `${plural(model.grouping.groups.length, 'group')}, ` : ''
  const plain = model.grouping ? 'in the order of their values' : 'newest first'
  const found = model.view.find.trim() ? `${formatCount(model.found.length)} found, ` : ''
  return `${where}${found}${groups}${keys.length ? `sorted by ${keys.join(', ')}` : plain}`
}

export function footerParts(model: RunsModel): (string | false | null | undefined)[] {
  const { table, baseline, view } = model
  const { error } = model.runs
  if (!table) return []
  const params = model.pickers.data?.params.length ?? 0
  const hidden = view.cols === 'varying' ? params - model.params.length : 0
  const dots = table.length > 0 && model.measures.some(({ id }) => !view.plain.includes(id))
  return [
    error && !(error instanceof ApiError && error.inQuery) && `not up to date: ${error.message}`,
    `${formatCount(table.meta.matched)} of ${plural(table.meta.total, 'run')}, exact`,
    model.grouping && `${{ mean: 'mean ± standard deviation', median: 'median', range: 'min – max' }[view.agg]} of each group`,
    baseline === null && table.length > 0 && view.base !== '' && view.base !== 'none' && 'the baseline is not among these runs',
    baseline !== null && `Δ = value − ${isolated(table.name(baseline))} · blue better, orange worse than the baseline`,
    dots && (model.grouping ? 'bars from the lowest to the highest run' : 'dots on the scale above them, hollow beyond it'),
    table.length > 0 && hidden > 0 && `${plural(hidden, 'param')} constant here and not shown`,
  ]
}

/** The columns shown as text; of runs alone, or with the rows of groups where there are some. */
export function shownText(model: RunsModel, columns: readonly GridColumn[], take: (row: number) => boolean = () => true): TextTable {
  const lead = model.baseline !== null && !model.grouped ? [model.baseline] : []
  return gridText(columns, [...lead, ...model.rows].filter(take))
}
