/** From the answer of the server and the state of the page to what the plot is built from. */
import { formatParam, plural } from '../../core/format'
import { parseMetricExpression } from '../../core/run-columns'
import type { RunsTable } from '../../core/runs-table'
import type { ParamsState } from '../../core/view-state'
import type { Pickers } from '../../core/wire'
import type { AxisInput, Column } from '../../plot/axes/axis'
import type { SceneInput } from '../../plot/axes/scene'
import { addedKeys, columnTitle, isOwn, ownColumn } from './added'
import { axisNames } from './axes'
import { readRanges, readScales } from './axis-settings'
import { plotColumns } from './columns'
import { foldColumn, type FoldedColumn, groupRows } from './fold'

/** What of the page's state changes the picture, other than axes and brushes; and what its table shows. */
export type Look = Pick<
  ParamsState,
  'by' | 'c' | 'rank' | 's' | 'ch' | 'off' | 'fold' | 'band' | 'tip' | 'flip' | 'scale' | 'range' | 'hide' | 'curve' | 'tcols'
>

/** What tells groups of runs apart; switched off, a channel keeps its keys. */
export type Channel = 'c' | 's' | 'ch'

export function activeKeys(look: Pick<ParamsState, Channel | 'off'>, channel: Channel): readonly string[] {
  return look.off.includes(channel) ? [] : look[channel]
}

/** The channels that are off after one was switched. */
export function switched(off: readonly string[], channel: Channel): string[] {
  return off.includes(channel) ? off.filter((other) => other !== channel) : [...off, channel]
}

/** Columns that a look needs beside the axes. */
export function extraColumns(look: Pick<ParamsState, 'by' | Channel | 'off' | 'fold' | 'tip' | 'tcols'>): string[] {
  const channels = (['c', 's', 'ch'] as const).flatMap((channel) => activeKeys(look, channel))
  const added = addedKeys(look.tcols).filter((key) => !isOwn(key))
  const own = [look.by, ...channels, ...look.tip, ...added].filter((key) => key !== '')
  return look.fold === '' ? own : [...own, look.fold, 'varying']
}

/** Axes whose column has not arrived yet are left out; so are the runs hidden by hand. */
export function sceneInput(
  table: RunsTable,
  entries: readonly string[],
  pickers: Pickers | undefined,
  look: Look,
): SceneInput {
  const columns = plotColumns(table)
  const added = addedKeys(look.tcols).filter((key) => !entries.includes(key) && !look.tip.includes(key))
  for (const key of added) if (isOwn(key)) columns.set(key, ownColumn(table, key))
  const lines = linesOf(table, columns, look)
  const input = inputMaker(columns, lines, pickers, look)
  const drawn = [...new Set(entries)].filter((entry) => columns.has(entry))
  const groups = activeKeys(look, 'c').filter((key) => columns.has(key))
  return {
    axes: input(drawn),
    ids: lines.rows.map((rows) => table.id(rows[0]!)),
    names: lines.rows.map((rows) => nameOf(table, rows)),
    colourKey: look.by || null,
    colourBy: groups.length > 0 ? joined(input(groups)) : drawn.includes(look.by) ? null : (input([look.by])[0] ?? null),
    coloured: !look.off.includes('c'),
    colourMode: look.rank,
    curved: look.curve,
    strokes: input(activeKeys(look, 's')),
    charts: input(activeKeys(look, 'ch')),
    details: input(look.tip).map(inFull),
    columns: input(added).map(inFull),
    members: lines.folded ? lines.rows.map((rows) => rows.map((row) => table.id(row))) : null,
  }
}

/** Away from the axes, the value of a metric says all of its context. */
const inFull = (input: AxisInput): AxisInput =>
  parseMetricExpression(input.key) ? { ...input, title: columnTitle(input.key) } : input

interface LineRows {
  /** The rows of the table behind each line. */
  readonly rows: readonly (readonly number[])[]
  readonly folded: boolean
  /** Whether line n is row n. */
  readonly direct: boolean
}

function linesOf(table: RunsTable, columns: ReadonlyMap<string, Column>, look: Look): LineRows {
  const hidden = new Set(look.hide)
  const rows = Array.from({ length: table.length }, (_, row) => row).filter((row) => !hidden.has(table.id(row)))
  if (look.fold === '') return { rows: rows.map((row) => [row]), folded: false, direct: rows.length === table.length }
  const agreeing = table.meta.columns
    .filter(({ name, kind, varying }) => kind === 'param' && varying && name !== look.fold)
    .flatMap(({ name }) => columns.get(name) ?? [])
  return { rows: groupRows(agreeing, rows), folded: true, direct: false }
}

function nameOf(table: RunsTable, rows: readonly number[]): string {
  const first = table.name(rows[0]!)
  return rows.length === 1 ? first : `${plural(rows.length, 'run')} like ${first}`
}

/** Makes inputs of the columns that have arrived; two axes of the same name show the whole path. */
function inputMaker(
  columns: ReadonlyMap<string, Column>,
  lines: LineRows,
  pickers: Pickers | undefined,
  look: Look,
): (keys: readonly string[]) => AxisInput[] {
  const scales = readScales(look.scale)
  const ranges = readRanges(look.range)
  return (keys) => {
    const present = keys.filter((key) => columns.has(key))
    return axisNames(present, pickers).map(({ title, note, goal }, i) => {
      const key = present[i]!
      return {
        key,
        title,
        note,
        goal,
        flipped: look.flip.includes(key),
        scale: scales.get(key) ?? null,
        range: ranges.get(key) ?? null,
        ...linesColumn(columns.get(key)!, lines, look.band),
      }
    })
  }
}

function linesColumn(column: Column, { rows, folded, direct }: LineRows, band: boolean): FoldedColumn {
  if (folded) {
    const made = foldColumn(column, rows)
    return band ? made : { ...made, spread: null }
  }
  return { column: direct ? column : subset(column, rows), spread: null }
}

function subset(column: Column, rows: readonly (readonly number[])[]): Column {
  if (column.type !== 'number') return { ...column, codes: Int32Array.from(rows, ([row]) => column.codes[row!]!) }
  return {
    type: 'number',
    numbers: Float64Array.from(rows, ([row]) => column.numbers[row!]!),
    absent: Uint8Array.from(rows, ([row]) => column.absent[row!]!),
  }
}

/** Several columns as one of words: each combination is a category. A single one keeps its values, as a category too. */
function joined(inputs: readonly AxisInput[]): AxisInput {
  const [first, ...others] = inputs as [AxisInput, ...AxisInput[]]
  const texts = inputs.map(({ column }) => wordsOf(column))
  const codes = new Map<string, number>()
  const runs = texts[0]!.length
  const own = Int32Array.from({ length: runs }, (_, run) => {
    const label = texts.map((words) => words[run]).join(', ')
    const code = codes.get(label) ?? codes.size
    codes.set(label, code)
    return code
  })
  const title = [first, ...others].map((input) => input.title).join(', ')
  const column = { type: 'string', codes: own, labels: [...codes.keys()] } as const
  return { key: inputs.map(({ key }) => key).join(' '), title, note: '', goal: null, flipped: false, scale: null, column }
}

function wordsOf(column: Column): string[] {
  if (column.type !== 'number') return Array.from(column.codes, (code) => column.labels[code] ?? 'none')
  return Array.from(column.numbers, (value, run) => (column.absent[run] ? 'none' : formatParam(value)))
}
