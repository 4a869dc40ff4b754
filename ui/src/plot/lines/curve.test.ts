import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { join, joinBack, shownCurve, slopesOf } from './curve'

class Recorder {
  readonly ends: [number, number][] = []
  readonly controls: [number, number][] = []
  lineTo(x: number, y: number): void {
    this.ends.push([x, y])
  }
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.controls.push([x1, y1], [x2, y2])
    this.ends.push([x, y])
  }
}

const points = fc
  .array(fc.tuple(fc.double({ min: 0.5, max: 50, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true })), { minLength: 2, maxLength: 30 })
  .map((steps) => {
    let x = 0
    return { xs: steps.map(([dx]) => (x += dx)), ys: steps.map(([, y]) => y) }
  })

describe('join', () => {
  it('holds a value until the next in steps, there and back', () => {
    const there = new Recorder()
    join(there, [0, 1, 3], [5, 7, 6], 0, 3, 'step')
    expect(there.ends).toEqual([[1, 5], [1, 7], [3, 7], [3, 6]])
    const back = new Recorder()
    joinBack(back, [0, 1, 3], [5, 7, 6], 0, 3, 'step')
    expect(back.ends).toEqual([[3, 7], [1, 7], [1, 5], [0, 5]])
  })

  it('passes through every point, and between two of them never beyond either', () => {
    fc.assert(
      fc.property(points, ({ xs, ys }) => {
        const pen = new Recorder()
        join(pen, xs, ys, 0, xs.length, 'smooth')
        expect(pen.ends).toEqual(xs.slice(1).map((x, i) => [x, ys[i + 1]]))
        for (let i = 0; i < xs.length - 1; i++)
          for (let t = 0; t <= 1; t += 0.1) {
            const [c1, c2] = [pen.controls[2 * i]![1], pen.controls[2 * i + 1]![1]]
            const y = (1 - t) ** 3 * ys[i]! + 3 * (1 - t) ** 2 * t * c1 + 3 * (1 - t) * t * t * c2 + t ** 3 * ys[i + 1]!
            expect(y).toBeGreaterThanOrEqual(Math.min(ys[i]!, ys[i + 1]!) - 1e-6)
            expect(y).toBeLessThanOrEqual(Math.max(ys[i]!, ys[i + 1]!) + 1e-6)
          }
      }),
    )
  })

  it('is flat at a peak and keeps a straight line straight', () => {
    expect(slopesOf([0, 1, 2], [0, 1, 0], 0, 3)[1]).toBe(0)
    expect([...slopesOf([0, 1, 2, 4], [0, 2, 4, 8], 0, 4)]).toEqual([2, 2, 2, 2])
  })
})

describe('shownCurve', () => {
  it('joins straight what is too dense for a curve to be seen', () => {
    expect(shownCurve('smooth', [0, 1, 2], 0, 3)).toBe('linear')
    expect(shownCurve('smooth', [0, 10, 20], 0, 3)).toBe('smooth')
    expect(shownCurve('step', [0, 1, 2], 0, 3)).toBe('step')
  })
})
