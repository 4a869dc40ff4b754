import { describe, expect, it } from 'vitest'
import { buildScene, type SceneInput } from './scene'
import { axisInput, labels, numbers } from './testing'

const lr = numbers([1e-4, 1e-3, 1e-2, 1e-4, 1e-3, 1e-2])
const de = numbers([0.5, 0.6, 0.7, 0.8, 0.9, NaN])
const en = numbers([0.6, 0.7, 0.8, 0.9, 0.95, 0.95])
const loss = numbers([3, 2, 1, 5, 4, 6])

function scene(rest: Partial<SceneInput> = {}): ReturnType<typeof buildScene> {
  return buildScene({
    axes: [
      axisInput(lr, { key: 'lr' }),
      axisInput(labels(['a', 'b', 'a', 'b', 'a', 'b']), { key: 'tech' }),
      axisInput(de, { key: 'de', goal: 'max' }),
      axisInput(en, { key: 'en', goal: 'max' }),
    ],
    ids: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'],
    names: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'],
    colourKey: null,
    colourMode: 'rank',
    curved: false,
    ...rest,
  })
}

const rhos = ({ importance }: ReturnType<typeof scene>): number[] =>
  importance.map(({ kind, value }) => (kind === 'rho' ? value : NaN))

describe('buildScene', () => {
  it('colours by the last axis unless told otherwise', () => {
    expect(scene().colourAxis).toBe(3)
    expect(scene({ colourKey: 'lr' }).colourAxis).toBe(0)
    expect(scene({ colourKey: 'gone' }).colourAxis).toBe(3)
  })

  it('correlates numeric axes with the colour axis, and nothing else', () => {
    const correlation = rhos(scene())
    expect(correlation[2]).toBeCloseTo(1, 12)
    expect(correlation[0]).toBeGreaterThan(0)
    expect([correlation[1], correlation[3]]).toEqual([NaN, NaN])
    expect(rhos(scene({ colourKey: 'tech' })).every(Number.isNaN)).toBe(true)
  })

  it('lets the best by the colour axis stand out, the first of equals', () => {
    expect(scene().standout).toEqual({ run: 4, axis: 3 })
    expect(scene({ axes: [axisInput(loss, { key: 'loss', goal: 'min' })] }).standout).toEqual({ run: 2, axis: 0 })
  })

  it('falls back to the last axis with a goal', () => {
    expect(scene({ colourKey: 'lr' }).standout).toEqual({ run: 4, axis: 3 })
    expect(scene({ axes: [axisInput(lr)] }).standout).toBeNull()
  })

  it('ranks by goal', () => {
    expect([...scene().ranks[2]!]).toEqual([5, 4, 3, 2, 1, 0])
    expect(scene().ranks[0]).toBeNull()
  })

  it('holds no axis and no run', () => {
    expect(scene({ axes: [] }).standout).toBeNull()
    expect(scene({ axes: [axisInput(numbers([]), { goal: 'max' })], ids: [], names: [] }).standout).toBeNull()
  })
})
