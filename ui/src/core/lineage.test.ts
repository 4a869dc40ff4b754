import { describe, expect, it } from 'vitest'
import { placeLineage } from './lineage'
import type { LineageGraph } from './wire'

const graph = (depths: readonly number[], edges: [number, number][]): LineageGraph => ({
  members: depths.map((depth, at) => ({ id: `r${at}`, name: `r${at}`, status: 'finished', depth })),
  edges,
  left_out: 0,
})

describe('a lineage', () => {
  it('has a column for each generation, the oldest first', () => {
    const { places, columns, rows } = placeLineage(graph([-2, -1, -1, 0, 1], [[0, 1], [0, 2], [1, 3], [2, 3], [3, 4]]), 12)
    expect([columns, rows]).toEqual([4, 2])
    expect(Object.fromEntries(places.map(({ member, column, row }) => [member, [column, row]]))).toEqual({
      0: [0, 0], 1: [1, -0.5], 2: [1, 0.5], 3: [2, 0], 4: [3, 0],
    })
  })
  it('puts a generation in the order of what it leads to, so that edges do not cross', () => {
    const { places } = placeLineage(graph([-2, -2, -1, -1, 0], [[0, 3], [1, 2], [2, 4], [3, 4]]), 12)
    const rowOf = (member: number) => places.find((place) => place.member === member)?.row
    expect(rowOf(1)).toBeLessThan(rowOf(0)!)
  })
  it('folds what finds no room into one place, with one edge', () => {
    const soup = graph([...new Array<number>(10).fill(-1), 0], Array.from({ length: 10 }, (_, at) => [at, 10]))
    const { places, edges, rows } = placeLineage(soup, 4)
    expect(places.filter(({ column }) => column === 0).map(({ more }) => more)).toEqual([0, 0, 0, 7])
    expect([edges.length, rows]).toEqual([4, 4])
  })
})
