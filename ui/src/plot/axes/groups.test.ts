import { describe, expect, it } from 'vitest'
import { groupingOf } from './groups'
import { axisOf, labels, numbers } from './testing'

describe('groupingOf', () => {
  const tech = axisOf(labels(['full', 'head', 'full', null]), { title: 'technique', scale: 'category' })
  const epochs = axisOf(numbers([20, 5, 5, 5]), { title: 'epochs', scale: 'category' })

  it('orders groups by their values, runs without one last', () => {
    const { title, groups, of } = groupingOf([tech], 4)
    expect(title).toBe('technique')
    expect(groups).toEqual([
      { label: 'full', count: 2 },
      { label: 'head', count: 1 },
      { label: 'none', count: 1 },
    ])
    expect([...of]).toEqual([0, 1, 0, 2])
  })
  it('combines several columns', () => {
    const { groups, of } = groupingOf([tech, epochs], 4)
    expect(groups.map(({ label }) => label)).toEqual(['full, 5', 'full, 20', 'head, 5', 'none, 5'])
    expect([...of]).toEqual([1, 2, 0, 3])
  })
})
