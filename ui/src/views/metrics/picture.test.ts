import { describe, expect, it } from 'vitest'
import { line } from '../../plot/lines/lines.fixture'
import { tokens } from './metrics.fixture'
import { metricsPicture } from './picture'

describe('metricsPicture', () => {
  const axes = { x: [0, 1], y: [0, 1], xScale: 'linear', yScale: 'linear', xFormat: 'number', xLabel: 'step' } as const
  const chart = (name: string) => ({ scene: { lines: [line([0, 1], [0, 1])], axes, curve: 'linear', ends: 'none' } as const, title: [name, 'lang = de'] })

  it('has titles, frames and lines of all charts, words apart from lines', () => {
    const picture = metricsPicture([chart('a'), chart('b'), chart('c')], 2, { width: 600, height: 400 }, tokens)
    expect(picture.title).toBe('a lang = de; b lang = de; c lang = de')
    expect(picture.layers.map(({ points }) => points)).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2])
  })

  it('puts charts beside and below each other', () => {
    const moves: number[][] = []
    const painter = new Proxy({}, { get: (_, name) => (name === 'translate' ? (x: number, y: number) => moves.push([x, y]) : name === 'measureText' ? () => ({ width: 10 }) : () => undefined), set: () => true })
    const picture = metricsPicture([chart('a'), chart('b'), chart('c')], 2, { width: 620, height: 420 }, tokens)
    for (const layer of picture.layers.slice(0, 3)) layer.paint(painter as never)
    expect(moves).toEqual([[0, 0], [320, 0], [0, 220]])
  })
})
