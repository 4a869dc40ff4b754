import { describe, expect, it } from 'vitest'
import { blocksOf, dropTarget, targetLeft } from './grid-move'

const place = (id: string, left: number, width: number, block?: string) => ({ column: block ? { id, block } : { id }, index: 0, left, width })
// name 0–100, f1 with its dots 100–300, tags 300–340
const places = [place('name', 0, 100), place('f1', 100, 80, 'f1'), place('dots', 180, 120, 'f1'), place('tags', 300, 40)]

describe('a dragged column', () => {
  it('knows the blocks', () => expect(blocksOf(places)).toEqual(['name', 'f1', 'tags']))
  it.each([
    [-5, 'name'],
    [49, 'name'],
    [51, 'f1'],
    [199, 'f1'],
    [201, 'tags'],
    [321, null],
  ])('at %d stands before %s', (x, target) => expect(dropTarget(places, x)).toBe(target))
  it('is marked where it would stand', () => {
    expect([targetLeft(places, 'f1'), targetLeft(places, null), targetLeft([], null)]).toEqual([100, 340, 0])
  })
})
