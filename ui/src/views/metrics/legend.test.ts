import { describe, expect, it } from 'vitest'
import { legendItems, showsLegend } from './legend'
import { answer, drawing, RATES, row, state } from './metrics.fixture'
import { buildScene } from './scene'

const groups = (count: number, label = 'lr 1e−3'): { groups: { label: string }[] } => ({ groups: Array.from({ length: count }, () => ({ label })) })

describe('the legend', () => {
  it('stands by itself only where the ends of lines do not tell all', () => {
    expect(showsLegend(groups(5), state(''))).toBe(false)
    expect(showsLegend(groups(30), state(''))).toBe(true)
    expect(showsLegend(groups(5, 'distilbert-multi, batch 32'), state(''))).toBe(true)
    expect(showsLegend(groups(5), state('?labels=0'))).toBe(true)
    expect(showsLegend(groups(1), state('?labels=0'))).toBe(false)
    expect([showsLegend(groups(1), state('?leg=on')), showsLegend(groups(30), state('?leg=off')), showsLegend(null, state('?leg=on'))]).toEqual([true, false, false])
  })
  it('lists every group, hidden ones too', () => {
    const scene = buildScene(answer([row(), row({ run: 'r2', color: 1 })], RATES), drawing({ hidden: new Set(['=0.01']) }))
    expect(legendItems(scene, null, new Set(['=0.01'])).map(({ label, hidden }) => [label, hidden])).toEqual([
      ['1e−3', false],
      ['1e−2', true],
    ])
  })
})
