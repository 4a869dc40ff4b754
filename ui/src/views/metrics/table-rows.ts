/** Rows of the table as DataGrid takes them: numbers of rows in the order shown. */
import { searchRows } from '../../core/runs-search'
import type { RunsTable } from '../../core/runs-table'
import { sharedRow } from '../../core/runs-groups'
import { sortRows, type SortKey, type Values, type WordValues } from '../../core/sort'
import type { Row, Tree } from './table'

export interface TableRows {
  readonly rows: readonly Row[]
  readonly groups: readonly { readonly head: number; readonly runs: Uint32Array }[]
  /** The heading of each row; a heading is its own. */
  readonly headOf: Uint32Array
  readonly grouped: boolean
}

export function tableRows(tree: Tree): TableRows {
  const rows: Row[] = []
  const heads: number[] = []
  const groups = tree.groups.map((group) => {
    const head = rows.push(group.row) - 1
    heads.push(head)
    const runs = Uint32Array.from(group.runs, (row) => {
      heads.push(head)
      return rows.push(row) - 1
    })
    return { head, runs }
  })
  return { rows, groups, headOf: Uint32Array.from(heads), grouped: tree.grouped }
}

export interface Order {
  readonly keys: readonly SortKey[]
  readonly isOpen: (key: string) => boolean
  readonly isPinned: (row: Row) => boolean
  /** Whether a run is among those searched for; null without a search. */
  readonly found: ((row: number) => boolean) | null
}

/** Pinned rows first, then by the keys; the runs of open groups below them. A group is found by any of its runs. */
export function orderedRows({ rows, groups, grouped }: TableRows, { keys, isOpen, isPinned, found }: Order): Uint32Array {
  const inOrder = (wanted: Uint32Array): Uint32Array => pinnedFirst(sortRows(wanted, keys), (row) => isPinned(rows[row]!))
  const kept = (runs: Uint32Array): Uint32Array => (found ? runs.filter(found) : runs)
  if (!grouped) return inOrder(kept(Uint32Array.from(groups.flatMap(({ runs }) => [...runs]))))
  const shown = new Map(groups.map(({ head, runs }) => [head, found?.(head) ? runs : kept(runs)]))
  const heads = groups.filter(({ head }) => !found || found(head) || shown.get(head)!.length > 0).map(({ head }) => head)
  return Uint32Array.from(
    [...inOrder(Uint32Array.from(heads))].flatMap((head) => [head, ...(isOpen(rows[head]!.key) ? inOrder(shown.get(head)!) : [])]),
  )
}

function pinnedFirst(rows: Uint32Array, isPinned: (row: number) => boolean): Uint32Array {
  const pinned = rows.filter(isPinned)
  if (pinned.length === 0) return rows
  const rest = rows.filter((row) => !isPinned(row))
  return Uint32Array.from([...pinned, ...rest])
}

/** Ids of the runs of a group; none while the runs of closed groups are not known. */
export function membersOf({ rows, groups }: TableRows, head: number): string[] {
  const own = groups.find((group) => group.head === head)
  return [...new Set(Array.from(own?.runs ?? [], (row) => rows[row]!.run!))]
}

/** The place of each row's run in the table of runs: −1 for groups. */
export function runPlaces({ rows }: TableRows, runs: RunsTable | undefined): Int32Array {
  return Int32Array.from(rows, ({ run }) => (run === null ? -1 : (runs?.rowOf.get(run) ?? -1)))
}

/** The places in the table of runs of all below a heading. */
export function memberPlaces({ groups }: TableRows, places: Int32Array): Map<number, Uint32Array> {
  return new Map(groups.map(({ head, runs }) => [head, Uint32Array.from([...new Set(Array.from(runs, (row) => places[row]!))].filter((place) => place >= 0))]))
}

/** Values of runs as values of the rows; a group has the one that its runs share. */
export function placedValues(values: Values, places: Int32Array, members: ReadonlyMap<number, Uint32Array>): Values {
  const from = (row: number): number => {
    const own = members.get(row)
    return own ? (sharedRow(values, own) ?? -1) : (places[row] ?? -1)
  }
  const at = Array.from(places, (_, row) => from(row))
  if (values.kind === 'word') return { kind: 'word', codes: Int32Array.from(at, (place) => values.codes[place] ?? -1), words: values.words }
  return { kind: 'number', values: Float64Array.from(at, (place) => values.values[place] ?? NaN) }
}

export const wordValues = (words: readonly string[]): WordValues => ({ kind: 'word', codes: Int32Array.from(words.keys()), words })

/** Below this, a word is part of every third id. */
const ID_FROM = 8
const SEARCHED = ['name', 'experiment', 'status', 'tags']

/** Which rows have these words: in the name of a group, or in what is known of a run. */
export function finder({ rows }: TableRows, places: Int32Array, runs: RunsTable | undefined, text: string): ((row: number) => boolean) | null {
  if (!text.trim()) return null
  const fixed = text.length >= ID_FROM ? [...SEARCHED, 'id'] : SEARCHED
  const names = new Set([...fixed, ...(runs?.meta.columns ?? []).map(({ name }) => name)])
  const words = [...(runs?.columns ?? [])].flatMap(([name, values]) => (names.has(name) && values.kind === 'word' ? [values] : []))
  const every = Uint32Array.from({ length: runs?.length ?? 0 }, (_, place) => place)
  const found = new Set(searchRows(every, words, text))
  const own = new Set(searchRows(Uint32Array.from(rows.keys()), [wordValues(rows.map(({ label, note }) => `${label} ${note}`))], text))
  return (row) => own.has(row) || found.has(places[row] ?? -1)
}
