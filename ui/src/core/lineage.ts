/** A lineage as columns, one a generation: where each member stands, and what connects them. */
import type { LineageGraph } from './wire'

export interface Place {
  /** Of the member among all; null for what stands for those that found no room. */
  readonly member: number | null
  readonly column: number
  /** From the middle of the picture, in rows. */
  readonly row: number
  /** How many found no room. */
  readonly more: number
}

export interface Placed {
  readonly places: readonly Place[]
  /** Pairs of places; several edges to what found no room are one. */
  readonly edges: readonly (readonly [number, number])[]
  readonly columns: number
  /** Most rows of any column. */
  readonly rows: number
}

/** Members of a generation stand in the order of those they are connected to nearer the run, so that few edges cross. */
export function placeLineage({ members, edges }: LineageGraph, mostRows: number): Placed {
  const first = Math.min(0, ...members.map(({ depth }) => depth))
  const columns = new Map<number, number[]>()
  members.forEach(({ depth }, at) => columns.set(depth, [...(columns.get(depth) ?? []), at]))
  const rowOf = new Map<number, number>()
  const places: Place[] = []
  const placeOf = new Map<number, number>()
  const nearFirst = [...columns.keys()].sort((a, b) => Math.abs(a) - Math.abs(b))
  for (const depth of nearFirst) {
    const column = columns.get(depth) ?? []
    const ordered = depth === 0 ? column : byNeighbours(column, depth, edges, rowOf)
    const kept = ordered.length > mostRows ? ordered.slice(0, mostRows - 1) : ordered
    const more = ordered.length - kept.length
    const shown = [...kept, ...(more ? [null] : [])]
    shown.forEach((member, row) => {
      for (const one of member === null ? ordered.slice(kept.length) : [member]) {
        placeOf.set(one, places.length)
        rowOf.set(one, row - (shown.length - 1) / 2)
      }
      places.push({ member, column: depth - first, row: row - (shown.length - 1) / 2, more: member === null ? more : 0 })
    })
  }
  const pairs = new Map<string, readonly [number, number]>()
  for (const [parent, child] of edges) {
    const pair = [placeOf.get(parent) ?? 0, placeOf.get(child) ?? 0] as const
    pairs.set(pair.join(), pair)
  }
  return {
    places,
    edges: [...pairs.values()],
    columns: Math.max(...columns.keys(), 0) - first + 1,
    rows: Math.min(mostRows, Math.max(0, ...[...columns.values()].map(({ length }) => length))),
  }
}

function byNeighbours(column: readonly number[], depth: number, edges: LineageGraph['edges'], rowOf: ReadonlyMap<number, number>): number[] {
  const mean = (member: number): number => {
    const near = edges.flatMap(([parent, child]) => (depth < 0 ? (parent === member ? [child] : []) : child === member ? [parent] : []))
    const rows = near.flatMap((one) => rowOf.get(one) ?? [])
    return rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : 0
  }
  const means = new Map(column.map((member) => [member, mean(member)]))
  return column.toSorted((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0))
}
