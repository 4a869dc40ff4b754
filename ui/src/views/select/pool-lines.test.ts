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
  it('move aside for those with an earlier claim', () => {
    const placed = placeLabels([{ text: 'a', y: 50 }, { text: 'b', y: 52 }, { text: 'c', y: 45 }], 14, [0, 70])
    expect(placed).toEqual([{ text: 'a', y: 50 }, { text: 'b', y: 64 }, { text: 'c', y: 36 }])
  })
  it('that would stand far from their line are left out', () => {
    const wanted = ['a', 'b', 'c', 'd'].map((text) => ({ text, y: 20 }))
    expect(placeLabels(wanted, 14, [0, 60]).map(({ text }) => text)).toEqual(['a', 'b', 'c'])
    expect(placeLabels(wanted, 14, [0, 30]).map(({ text }) => text)).toEqual(['a', 'b'])
  })
})
