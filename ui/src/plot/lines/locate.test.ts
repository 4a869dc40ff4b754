import { describe, expect, it } from 'vitest'
import { lifted, pinned } from './lifted'
import { line } from './lines.fixture'
import { locate, longest, nextLine } from './locate'
import type { View } from './view'
import { scaleOf } from './scale'
import type { Line } from './types'

const view = {
  plot: { left: 20, top: 10, right: 120, bottom: 110 },
  x: scaleOf('linear', [0, 10], [20, 120]),
  y: scaleOf('linear', [0, 10], [110, 10]),
} as View
const low = line([0, 5, 10], [1, 1, 1], { id: 'low', run: 'r1' })
const high = line([0, 5, 10], [9, 9, 9], { id: 'high', run: 'r2' })
const broken = line([], [], { id: 'broken', run: 'r3', nonfiniteX: Float64Array.from([5]) })

describe('locate', () => {
  it('finds the line near the pointer and the place of its nearest point', () => {
    const at = locate([low, high], 72, 98, view)
    expect([at?.line?.id, at?.x, at?.y]).toEqual(['low', 5, 1])
  })

  it('knows a place on the x axis where no line is near, and nothing outside of the plot', () => {
    const at = locate([low, high], 72, 60, view)
    expect([at?.line, at?.x]).toEqual([null, 5])
    expect(locate([low], 300, 60, view)).toBeNull()
  })

  it('finds marks at the rim with the runs behind them, also of a run without a finite point', () => {
    const at = locate([low, broken], 71, 12, view)
    expect([at?.line?.id, at?.x, at?.rim?.count]).toEqual(['broken', 5, 1])
    expect([...at!.rim!.lines]).toEqual([[broken, 1]])
  })
})

describe('nextLine', () => {
  it('goes through the lines from the uppermost to the lowest', () => {
    const lines = [low, high]
    expect(nextLine(lines, null, 5, 1)?.id).toBe('high')
    expect(nextLine(lines, null, 5, -1)?.id).toBe('low')
    expect(nextLine(lines, high, 5, 1)?.id).toBe('low')
    expect(nextLine(lines, low, 5, 1)?.id).toBe('low')
    expect(nextLine([], null, 5, 1)).toBeNull()
  })

  it('starts at the longest line', () => {
    expect(longest([line([1], [1], { id: 'short' }), low])?.id).toBe('low')
  })
})

describe('lifted', () => {
  const fold = line([0, 5], [4, 4], { id: 'fold', run: null, group: '=a' })
  const latent = (id: string, run: string): Line => line([0, 5], [1, 1], { id, run, group: '=a', weight: 'latent' })
  const ids = (lines: readonly Line[]): string[] => lines.map(({ id }) => id)

  it('lifts one line, or all of a run, or the fold of a group', () => {
    const lines = [fold, latent('x', 'r1'), latent('y', 'r1'), latent('z', 'r2')]
    expect(ids(lifted(lines, { line: 'y', run: 'r1', group: '=a' }))).toEqual(['y'])
    expect(ids(lifted(lines, { run: 'r1', group: '=a' }))).toEqual(['fold', 'x', 'y'])
    expect(ids(lifted(lines, { run: null, group: '=a' }))).toEqual(['fold'])
    expect(lifted(lines, null)).toEqual([])
  })

  it('dims nothing for a run that is not drawn', () => {
    expect(lifted([low, high], { run: 'hidden', group: '=b' })).toEqual([])
  })

  it('knows pins by run and by group', () => {
    expect(ids(pinned([fold, low, high], new Set(['r2', '=a'])))).toEqual(['fold', 'high'])
  })
})
