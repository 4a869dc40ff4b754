import { describe, expect, it } from 'vitest'
import type { ThemeTokens } from '../../core/theme-tokens'
import { SvgPainter } from '../export/svg'
import { paintParallel, parallelLayers } from './paint'
import { buildScene } from '../axes/scene'
import { axisInput, labels, numbers } from '../axes/testing'

const theme = {
  bg: '#ffffff',
  text: '#111111',
  muted: '#666666',
  accent: '#4455ee',
  standout: '#f25914',
  standoutText: '#b8400a',
  bar: '#d8dde6',
  ghost: '#dfe2e7',
  font: 'Inter',
  categories: ['#4455ee', '#f25914'],
  ramp: ['#440154', '#fde725'],
} as ThemeTokens
const scene = buildScene({
  axes: [
    axisInput(labels(['a', 'b', 'a']), { key: 'tech', title: 'technique' }),
    axisInput(numbers([0.5, 0.7, 0.9]), { key: 'f1', title: 'f1', note: 'dev, last ↑', goal: 'max' }),
  ],
  ids: ['r0', 'r1', 'r2'],
  names: ['zero', 'one', 'two'],
  colourKey: null,
  colourMode: 'rank',
  curved: false,
})
const options = { brushes: new Map(), members: null, pinned: [], caption: () => 'best f1' }
const size = { width: 600, height: 300 }

function svg(rest: Partial<Parameters<typeof paintParallel>[4]> = {}): string {
  const painter = new SvgPainter(size.width, size.height, (text) => text.length * 6)
  paintParallel(painter, scene, size, theme, { ...options, ...rest })
  return painter.svg('plot')
}

describe('paintParallel', () => {
  it('writes titles, values and names as text', () => {
    const picture = svg()
    for (const text of ['technique', 'dev, last ↑', 'two', 'best f1', 'colour']) expect(picture).toContain(text)
  })
  it('strokes runs outside the brush in grey', () => {
    expect(svg()).not.toContain(theme.ghost)
    expect(svg({ brushes: new Map([['f1', [{ kind: 'range', low: 0.8, high: Infinity }]]]) })).toContain(theme.ghost)
  })
  it('tells how much is in each layer', () => {
    const brushes = new Map([['f1', [{ kind: 'range', low: 0.8, high: Infinity } as const]]])
    expect(parallelLayers(scene, size, theme, { ...options, brushes }).map(({ points }) => points)).toEqual([4, 2, 0])
    const members = Uint8Array.of(1, 1, 0)
    expect(parallelLayers(scene, size, theme, { ...options, members }).map(({ points }) => points)).toEqual([0, 4, 0])
  })
})
