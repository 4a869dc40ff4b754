import { describe, expect, it } from 'vitest'
import type { Painter } from '../painter'
import { chartLayers, paintChart } from './arrange'
import { line } from './lines.fixture'
import type { ChartScene } from './types'

const theme = { bg: '#fff', text: '#000', muted: '#777', grid: '#eee', axis: '#ccc', accent: '#00f', font: 'Inter' }

/** Writes down the words it is given and where, and how far lines go; Node has no canvas. */
class Recorder {
  readonly words: { text: string; x: number; y: number }[] = []
  farthest = 0
  font = ''
  measureText(text: string): { width: number } {
    return { width: 6 * text.length }
  }
  fillText(text: string, x: number, y: number): void {
    this.words.push({ text, x, y })
  }
  lineTo(x: number): void {
    this.farthest = Math.max(this.farthest, x)
  }
}
for (const name of ['save', 'restore', 'beginPath', 'moveTo', 'rect', 'clip', 'stroke', 'fill', 'arc', 'setLineDash', 'strokeText', 'closePath', 'bezierCurveTo', 'fillRect'])
  Object.assign(Recorder.prototype, { [name]: () => undefined })

function painted(scene: ChartScene, width: number, height: number): Recorder {
  const recorder = new Recorder()
  paintChart(recorder as unknown as Painter, scene, { width, height }, theme)
  return recorder
}

const scene: ChartScene = {
  lines: Array.from({ length: 18 }, (_, i) => line([0, 5, 10], [i, i, i], { id: `l${i}`, label: `name ${i}`, group: `=${i}` })),
  axes: { x: [0, 10], y: [0, 18], xScale: 'linear', yScale: 'linear', xFormat: 'number', xLabel: 'step' },
  curve: 'linear',
  ends: 'values',
}

describe('paintChart', () => {
  it('paints frame, lines and names in any size', () => {
    const large = painted(scene, 800, 600)
    const texts = large.words.map(({ text }) => text)
    expect(texts).toContain('step')
    expect(texts.filter((text) => text.startsWith('name'))).toHaveLength(18)
    expect(texts).toContain('name 17  17.0')
    expect(large.farthest).toBeLessThanOrEqual(800)
    expect(painted(scene, 300, 200).farthest).toBeLessThanOrEqual(300)
  })

  it('keeps most of a small chart for its lines, however long the names', () => {
    const long = { ...scene, lines: scene.lines.map((one) => ({ ...one, label: `xlm-roberta-large ${one.label}` })) }
    expect(painted(long, 200, 160).words.filter(({ text }) => text.startsWith('xlm-') && text.endsWith('…')).length).toBeGreaterThan(4)
    const lineEnd = Math.min(...painted(long, 200, 160).words.filter(({ text }) => text.startsWith('xlm-')).map(({ x }) => x))
    expect(lineEnd).toBeGreaterThan(0.6 * 200)
  })

  it('leaves out names that have no room, so that none covers another', () => {
    const tops = painted(scene, 300, 160).words.flatMap(({ text, y }) => (text.startsWith('name') ? [y] : [])).sort((a, b) => a - b)
    expect(tops.length).toBeGreaterThan(4)
    expect(tops.length).toBeLessThan(18)
    for (let i = 1; i < tops.length; i++) expect(tops[i]! - tops[i - 1]!).toBeGreaterThanOrEqual(13.9)
  })

  it('keeps the frame apart from the lines, for files that keep words as words', () => {
    expect(chartLayers(scene, { width: 300, height: 200 }, theme).map(({ points }) => points)).toEqual([0, 54])
  })
})
