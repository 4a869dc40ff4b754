/** Where a column that is dragged by its head would stand. Columns of one block move together. */
import { blockOf } from './grid-arrange'
import type { Placed } from './grid-layout'

interface Movable {
  readonly id: string
  readonly block?: string
}

type Places = readonly Placed<Movable>[]

/** The blocks of the columns, in their order. */
export const blocksOf = (places: Places): string[] => [...new Set(places.map(({ column }) => blockOf(column)))]

/** The block before whose middle `x` lies: the dragged one would stand before it; null is the end. */
export function dropTarget(places: Places, x: number): string | null {
  for (const block of blocksOf(places)) {
    const own = places.filter(({ column }) => blockOf(column) === block)
    const width = own.reduce((sum, place) => sum + place.width, 0)
    if ((own[0]?.left ?? 0) + width / 2 > x) return block
  }
  return null
}

/** Where the mark of a target stands. */
export function targetLeft(places: Places, target: string | null): number {
  const last = places.at(-1)
  if (target === null) return last ? last.left + last.width : 0
  return places.find(({ column }) => blockOf(column) === target)?.left ?? 0
}
