import { describe, expect, it } from 'vitest'
import { layoutOf } from './layout'
import { heightAt, linesOf, nearest, rise, trace } from './paths'

const layout = layoutOf(3, 1000, 400)
const places = [Float32Array.of(0, 1, 0.5), Float32Array.of(1, 0, 0.5), Float32Array.of(0, NaN, 0.5)]
const all = Uint8Array.of(1, 1, 1)
const order = Uint32Array.of(0, 1, 2)
const lines = linesOf(layout, places, 3, false)

describe('linesOf', () => {
  it('puts 0 at the bottom, 1 at the top and missing values on the rail', () => {
    expect([...lines.y.slice(0, 3)]).toEqual([layout.bottom, layout.top, layout.bottom])
    expect(lines.y[5]).toBe(layout.railY)
  })
})

describe('heightAt', () => {
  it('follows the straight line', () => {
    const middle = (layout.x[0]! + layout.x[1]!) / 2
    expect(heightAt(lines, 0, middle)).toBeCloseTo((layout.top + layout.bottom) / 2, 3)
    expect(heightAt(lines, 0, layout.x[0]! - 5)).toBeNaN()
    expect(heightAt(lines, 0, layout.x[2]! + 5)).toBeNaN()
  })

  it('follows the curve that is drawn', () => {
    // De Casteljau on the control points of `trace`, by the parameter; then the same point by its x.
    const curve = { from: 10, to: 110 }
    for (const s of [0.05, 0.3, 0.5, 0.77, 0.95]) {
      const across = 1.5 * s * (1 - s) ** 2 + 1.5 * s ** 2 * (1 - s) + s ** 3
      const up = 3 * s ** 2 * (1 - s) + s ** 3
      expect(curve.from + (curve.to - curve.from) * rise(across, true)).toBeCloseTo(
        curve.from + (curve.to - curve.from) * up,
        3,
      )
    }
    expect(rise(0.3, false)).toBe(0.3)
  })
})

describe('nearest', () => {
  const at = { x: layout.x[1]!, y: layout.top + 4 }

  it('finds the line within reach', () => {
    expect(nearest(lines, order, all, at, 10)).toBe(0)
    expect(nearest(lines, order, all, { x: at.x, y: at.y + 60 }, 10)).toBe(-1)
  })

  it('sees visible runs only', () => {
    expect(nearest(lines, order, Uint8Array.of(0, 1, 1), at, 10)).toBe(-1)
  })

  it('takes the one on top of several that are equally near', () => {
    const same = linesOf(
      layout,
      [places[0]!, places[0]!, places[0]!].map(() => Float32Array.of(0.5, 0.5)),
      2,
      false,
    )
    const point = { x: layout.x[1]!, y: (layout.top + layout.bottom) / 2 }
    expect(nearest(same, Uint32Array.of(1, 0), Uint8Array.of(1, 1), point, 10)).toBe(0)
    expect(nearest(same, Uint32Array.of(0, 1), Uint8Array.of(1, 1), point, 10)).toBe(1)
  })

  it('works beside the outer axes', () => {
    expect(nearest(lines, order, all, { x: layout.x[0]! - 6, y: layout.bottom }, 10)).toBe(0)
  })
})

describe('trace', () => {
  it('draws one segment between two axes', () => {
    const calls: string[] = []
    const pen = {
      moveTo: () => calls.push('move'),
      lineTo: () => calls.push('line'),
      bezierCurveTo: () => calls.push('curve'),
    }
    trace(pen, lines, 0)
    trace(pen, { ...lines, curved: true }, 0)
    expect(calls).toEqual(['move', 'line', 'line', 'move', 'curve', 'curve'])
  })
})
