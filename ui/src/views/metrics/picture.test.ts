import { describe, expect, it } from 'vitest'
import { line } from '../../plot/lines/lines.fixture'
import { tokens } from './metrics.fixture'
import { metricsPicture } from './picture'
import { planLegend } from './picture-legend'

describe('metricsPicture', () => {
  const axes = { x: [0, 1], y: [0, 1], xScale: 'linear', yScale: 'linear', xFormat: 'number', xLabel: 'step' } as const
  const chart = (name: string) => ({ scene: { lines: [line([0, 1], [0, 1])], axes, curve: 'linear', ends: 'none' } as const, title: [name, 'lang = de'] })

  it('has titles, frames and lines of all charts, words apart from lines', () => {
    const picture = metricsPicture([chart('a'), chart('b'), chart('c')], 2, { width: 600, height: 400 }, tokens, null)
    expect(picture.title).toBe('a lang = de; b lang = de; c lang = de')
    expect(picture.layers.map(({ points }) => points)).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2])
  })

  it('puts charts beside and below each other', () => {
    const moves: number[][] = []
    const painter = new Proxy({}, { get: (_, name) => (name === 'translate' ? (x: number, y: number) => moves.push([x, y]) : name === 'measureText' ? () => ({ width: 10 }) : () => undefined), set: () => true })
    const picture = metricsPicture([chart('a'), chart('b'), chart('c')], 2, { width: 620, height: 420 }, tokens, null)
    for (const layer of picture.layers.slice(0, 3)) layer.paint(painter as never)
    expect(moves).toEqual([[0, 0], [320, 0], [0, 220]])
  })

  it('has a legend below the charts, with as many names as find room', () => {
    const words: string[] = []
    const painter = new Proxy({}, { get: (_, name) => (name === 'fillText' ? (text: string) => words.push(text) : name === 'measureText' ? () => ({ width: 10 }) : () => undefined), set: () => true })
    const items = Array.from({ length: 40 }, (_, i) => ({ label: `lr ${i}`, color: '#000000', dash: 0 }))
    const plain = metricsPicture([chart('a')], 1, { width: 300, height: 400 }, tokens, null)
    const picture = metricsPicture([chart('a')], 1, { width: 300, height: 400 }, tokens, { title: 'lr', items })
    expect(picture.layers.length).toBe(plain.layers.length + 1)
    picture.layers.at(-1)!.paint(painter as never)
    expect(words[0]).toBe('lr')
    expect(words.at(-1)).toBe(`and ${40 - (words.length - 2)} more`)
    expect(planLegend({ title: '', items: items.slice(0, 3) }, { width: 300, height: 400 })).toMatchObject({ shown: 3 })
  })
})
