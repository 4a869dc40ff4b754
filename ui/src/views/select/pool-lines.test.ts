import { describe, expect, it } from 'vitest'
import type { Choice } from '../../core/wire'
import { placeLabels, poolLines } from './pool-lines'

const choice = {
  rules: [{ name: 'source-dev' }, { name: 'mean-pivots' }, { name: 'atc' }],
  pools: { sizes: [1, 2], regrets: [[0.1, 0.2], [0.1, 0.05], [0.1, 0.15]] },
} as unknown as Choice

describe('lines', () => {
  it('of the rule in question and of the usual one are drawn last', () => {
    expect(poolLines(choice, 'mean-pivots').map(({ rule, tone }) => [rule, tone])).toEqual([
      ['atc', 'other'],
      ['source-dev', 'standout'],
      ['mean-pivots', 'accent'],
    ])
  })
  it('are none while the target is hidden', () => {
    expect(poolLines({ ...choice, pools: null }, 'atc')).toEqual([])
  })
})

describe('labels', () => {
  it('are pushed apart and stay within the plot', () => {
    const placed = placeLabels([{ text: 'a', y: 50 }, { text: 'b', y: 52 }, { text: 'c', y: 51 }], 14, [0, 60])
    expect(placed.map(({ text }) => text)).toEqual(['a', 'c', 'b'])
    expect(placed.map(({ y }) => y)).toEqual([32, 46, 60])
  })
  it('that find no room are left out, those with the least claim first', () => {
    const wanted = ['a', 'b', 'c', 'd'].map((text) => ({ text, y: 10 }))
    expect(placeLabels(wanted, 14, [0, 30]).map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })
})
