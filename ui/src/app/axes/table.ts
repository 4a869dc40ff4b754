/** Rows of the table below the plot: which runs, in which order, and what is said of them. */
import type { GridColumn } from '../../components/grid'
import { searchRows } from '../../core/runs-search'
import { sortRows, type SortKey, type Values, type WordValues } from '../../core/sort'
import { csvField } from '../../core/table-text'
import type { Axis } from '../../plot/axes/axis'
import { axisNumber, slotText } from '../../plot/axes/axis-text'
import type { Mask } from '../../plot/axes/brush'
import type { Scene } from '../../plot/axes/scene'

/** The values of an axis, to sort by. */
export function sortValues(axis: Axis): Values {
  if (axis.column.type === 'number') return { kind: 'number', values: axis.numbers, nan: null }
  return { kind: 'word', codes: axis.column.codes, words: axis.column.labels }
}

/** What the table is sorted by when nobody said: the axis of the run that stands out, best first. */
export function defaultSort(scene: Scene): string[] {
  const axis = scene.axes[scene.standout?.axis ?? scene.colourAxis]
  if (axis === undefined) return []
  return [axis.goal === 'max' ? `-${axis.key}` : axis.key]
}

/** All runs in order of the keys; a key starts with `-` to go downwards, unknown ones are left out. */
export function sortedRuns(scene: Scene, sort: readonly string[]): Uint32Array {
  const keys = sort.flatMap((entry): SortKey[] => {
    const descending = entry.startsWith('-')
    const id = descending ? entry.slice(1) : entry
    if (id === 'name') return [{ values: nameValues(scene), descending }]
    const axis = [...scene.axes, ...scene.columns].find(({ key }) => key === id)
    return axis ? [{ values: sortValues(axis), descending }] : []
  })
  return sortRows(
    Uint32Array.from({ length: scene.ids.length }, (_, i) => i),
    keys,
  )
}

const nameValues = ({ names }: Scene): WordValues => ({ kind: 'word', codes: Int32Array.from(names.keys()), words: names })

/** Those whose name or params have all the words. */
export function foundRuns(runs: Uint32Array, scene: Scene, text: string): Uint32Array {
  if (!text.trim()) return runs
  const words = [...scene.axes, ...scene.columns].map(sortValues).filter((values): values is WordValues => values.kind === 'word')
  return searchRows(runs, [nameValues(scene), ...words], text)
}

/** What the table shows now, for its tools and its text. */
export interface GridShown {
  readonly all: readonly GridColumn[]
  readonly columns: readonly GridColumn[]
  readonly rows: Uint32Array
}

/** The run that stands out, then the selected ones, then the rest, each in the order given. */
export function selectedFirst(sorted: Uint32Array, scene: Scene, { selected }: Mask): Uint32Array {
  const first = scene.standout?.run ?? -1
  const inside = sorted.filter((run) => run !== first && selected[run])
  const outside = sorted.filter((run) => run !== first && !selected[run])
  return Uint32Array.from([...(first >= 0 ? [first] : []), ...inside, ...outside])
}

/** "best acc en, outside the brush" */
export function standing(scene: Scene, mask: Mask, brushed: boolean, run: number): string {
  const best = scene.standout?.run === run ? `best ${scene.axes[scene.standout.axis]?.title ?? ''}` : ''
  const inside = brushed ? (mask.selected[run] ? 'in the brush' : 'outside the brush') : ''
  return [best, inside].filter(Boolean).join(', ')
}

/** A cell as it is written: params as people write them, metrics with the digits at which runs differ. */
export function cellText(axis: Axis, run: number): string {
  const { column } = axis
  if (column.type !== 'number') return column.labels[column.codes[run] ?? -1] ?? ''
  if (column.absent[run]) return ''
  const value = column.numbers[run] ?? NaN
  return axis.goal === null || !Number.isFinite(value) ? slotText(axis, value) : axisNumber(axis, value)
}

/** A cell of a folded line with the values between which its runs lie: "1.5 (0 to 3)". */
export function spreadText(axis: Axis, line: number): string {
  const text = cellText(axis, line)
  const [low, high] = [axis.spread?.low[line], axis.spread?.high[line]]
  return low === undefined || high === undefined || !(low < high) ? text : `${text} (${slotText(axis, low)} to ${slotText(axis, high)})`
}

/** The given runs with all axes, ranks and added columns as CSV, numbers in full. */
export function tableCsv(scene: Scene, runs: Iterable<number>): string {
  const axes = scene.axes.flatMap((axis, i) => [axis.title, ...(scene.ranks[i] ? [`rank ${axis.title}`] : [])])
  const head = [...axes, ...scene.columns.map(({ title }) => title)]
  const lines = [['id', 'name', ...head].map(csvField).join(',')]
  for (const run of runs) {
    const cells = scene.axes.flatMap((axis, i) => {
      const rank = scene.ranks[i]
      return [rawText(axis, run), ...(rank ? [rank[run] ? String(rank[run]) : ''] : [])]
    })
    const added = scene.columns.map((axis) => rawText(axis, run))
    lines.push([scene.ids[run] ?? '', scene.names[run] ?? '', ...cells, ...added].map(csvField).join(','))
  }
  return `${lines.join('\r\n')}\r\n`
}

/** A value in full, for other programs. */
export function rawText({ column }: Axis, run: number): string {
  if (column.type !== 'number') return column.labels[column.codes[run] ?? -1] ?? ''
  return column.absent[run] ? '' : String(column.numbers[run])
}
