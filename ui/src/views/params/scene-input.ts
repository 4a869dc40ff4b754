/** From the answer of the server and the state of the page to what the plot is built from. */
import type { RunsTable } from '../../core/runs-table'
import type { Pickers } from '../../core/wire'
import type { ParamsState } from '../../core/view-state'
import type { Column } from '../../plot/parallel/axis'
import type { SceneInput } from '../../plot/parallel/scene'
import { axisNames } from './axes'
import { plotColumns } from './columns'

/** What of the page's state changes the picture, other than axes and brushes. */
export type Look = Pick<ParamsState, 'by' | 'rank' | 'flip' | 'scale' | 'hide' | 'curve'>

/** Axes whose column has not arrived yet are left out; so are the runs hidden by hand. */
export function sceneInput(
  table: RunsTable,
  entries: readonly string[],
  pickers: Pickers | undefined,
  look: Look,
): SceneInput {
  const hidden = new Set(look.hide)
  const rows = Array.from({ length: table.length }, (_, row) => row).filter((row) => !hidden.has(table.id(row)))
  const columns = plotColumns(table)
  const scales = readScales(look.scale)
  const drawn = [...new Set(entries)].filter((entry) => columns.has(entry))
  const names = axisNames(drawn, pickers)
  return {
    axes: drawn.map((key, i) => ({
      key,
      title: names[i]!.title,
      note: names[i]!.note,
      goal: names[i]!.goal,
      column: rows.length === table.length ? columns.get(key)! : subset(columns.get(key)!, rows),
      flipped: look.flip.includes(key),
      scale: scales.get(key) ?? null,
    })),
    ids: rows.map((row) => table.id(row)),
    names: rows.map((row) => table.name(row)),
    colourKey: look.by || null,
    colourMode: look.rank,
    curved: look.curve,
  }
}

function subset(column: Column, rows: readonly number[]): Column {
  if (column.type !== 'number') return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) }
  return {
    type: 'number',
    numbers: Float64Array.from(rows, (row) => column.numbers[row]!),
    absent: Uint8Array.from(rows, (row) => column.absent[row]!),
  }
}

const WORDS = { lin: 'linear', log: 'log' } as const

/** `log:run.hparams.lr` */
export function readScales(texts: readonly string[]): Map<string, 'linear' | 'log'> {
  return new Map(
    texts.flatMap((text) => {
      const word = text.slice(0, 3)
      return (word === 'lin' || word === 'log') && text[3] === ':' ? [[text.slice(4), WORDS[word]] as const] : []
    }),
  )
}

export function writeScale(texts: readonly string[], key: string, scale: 'linear' | 'log' | null): string[] {
  const others = texts.filter((text) => text.slice(4) !== key)
  return scale === null ? others : [...others, `${scale === 'log' ? 'log' : 'lin'}:${key}`]
}
