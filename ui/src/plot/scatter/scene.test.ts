import { describe, expect, it } from 'vitest'
import { buildScene, type SceneInput } from '../axes/scene'
import { axisInput, labels, numbers } from '../axes/testing'
import { buildScatter, type Scatter, type ScatterInput } from './scene'

const x = numbers([1, 2, 3, 4, 5, null])
const y = numbers([10, 20, 30, 40, NaN, 60])

function scatter(rest: Partial<ScatterInput> = {}, scene: Partial<SceneInput> = {}): Scatter | null {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const built = buildScene({
    axes: [axisInput(x, { key: 'x', goal: 'max' }), axisInput(y, { key: 'y', goal: 'max' })],
    ids,
    names: ids,
    colourKey: null,
    colourMode: 'rank',
    curved: false,
    ...scene,
  })
  return buildScatter({ scene: built, xKey: 'x', yKey: 'y', sizeKey: '', trend: 'none', bandwidth: 0.66, ...rest })
}

const tech = axisInput(labels(['full', 'head', 'full', 'head', 'full', 'head']), { key: 'tech', title: 'tech' })

describe('buildScatter', () => {
  it('draws the runs that have both values, and counts the others', () => {
    const [panel] = scatter()!.panels
    expect([...panel!.runs].sort()).toEqual([0, 1, 2, 3])
    expect(panel!.unplaced).toBe(2)
    expect(panel!.rho).toBeCloseTo(1, 12)
    expect(panel!.r2).toBeCloseTo(1, 12)
  })

  it('counts what lies beyond the ends of an axis, and leaves it out', () => {
    const axes = [axisInput(x, { key: 'x', goal: 'max', range: [2, 3] }), axisInput(y, { key: 'y', goal: 'max' })]
    const [panel] = scatter({}, { axes })!.panels
    expect([...panel!.runs].sort()).toEqual([1, 2])
    expect([panel!.beyond, panel!.unplaced]).toEqual([2, 2])
  })

  it('waits for a column that is not there yet', () => {
    expect(scatter({ xKey: 'z' })).toBeNull()
  })

  it('has a panel for each chart', () => {
    const panels = scatter({}, { charts: [tech] })!.panels
    expect(panels.map(({ label, runs }) => [label, runs.length])).toEqual([
      ['tech = full', 2],
      ['tech = head', 2],
    ])
  })

  it('shows size by area, between the smallest and the largest', () => {
    const { radius } = scatter({ sizeKey: 'x' })!
    expect(radius[1]! ** 2 - radius[0]! ** 2).toBeCloseTo(radius[4]! ** 2 - radius[3]! ** 2, 4)
    expect(Math.max(...radius)).toBeLessThanOrEqual(9)
    expect(radius[5]).toBe(2.5)
  })

  it('fits one trend to all, or one to each category of colour', () => {
    expect(scatter({ trend: 'linear' })!.panels[0]!.trends.map(({ like }) => like)).toEqual([-1])
    const of = numbers([1, 2, 3, 4, 5, 6])
    const axes = [axisInput(of, { key: 'x' }), axisInput(of, { key: 'y' })]
    const { panels } = scatter({ trend: 'loess', bandwidth: 1 }, { axes, colourBy: tech })!
    expect(panels[0]!.trends.map(({ like }) => like)).toEqual([0, 1])
  })

  it('finds no trend over words', () => {
    const axes = [tech, axisInput(y, { key: 'y' })]
    const [panel] = scatter({ xKey: 'tech', trend: 'linear' }, { axes })!.panels
    expect([panel!.trends.length, panel!.rho]).toEqual([0, NaN])
  })
})
