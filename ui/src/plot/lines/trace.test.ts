import { describe, expect, it } from 'vitest'
import type { Painter } from '../painter'
import { line, view } from './lines.fixture'
import { scaleOf } from './scale'
import { isSparse, trace, traceBand } from './trace'

/** Records the path that is drawn on a canvas, which Node does not have. */
class Path {
  readonly steps: string[] = []
  moveTo(x: number, y: number): void {
    this.steps.push(`M${x} ${y}`)
  }
  lineTo(x: number, y: number): void {
    this.steps.push(`L${x} ${y}`)
  }
  closePath(): void {
    this.steps.push('Z')
  }
}

const path = (draw: (painter: Painter) => void): string => {
  const recorder = new Path()
  draw(recorder as unknown as Painter)
  return recorder.steps.join(' ')
}

describe('trace', () => {
  it('breaks where there is no value', () => {
    expect(path((painter) => trace(painter, line([0, 1, 2, 3], [1, NaN, 2, 3]), view))).toBe('M0 90 M20 80 L30 70')
  })

  it('keeps one point on either side of the range in view', () => {
    const zoomed = { ...view, x: scaleOf('linear', [4.5, 6.5], [0, 100]) }
    const xs = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    expect(path((painter) => trace(painter, line(xs, xs), zoomed)).match(/[ML]/g)).toHaveLength(4)
  })

  it('keeps outliers finite', () => {
    expect(path((painter) => trace(painter, line([0, 1], [0, 1e38]), view))).toBe('M0 100 L10 -100000')
  })
})

describe('traceBand', () => {
  it('goes forth along the upper and back along the lower bound, one piece a stretch', () => {
    const band = line([0, 1, 2, 3], [2, 2, 2, 2], {
      lo: Float32Array.from([1, 1, NaN, 1]),
      hi: Float32Array.from([3, 3, NaN, 3]),
    })
    expect(path((painter) => traceBand(painter, band, view))).toBe('M0 70 L10 70 L10 90 L0 90 Z M30 70 L30 90 Z')
  })
})

describe('isSparse', () => {
  it('is true of points that stand far apart, and of a single one', () => {
    expect(isSparse(line([0, 5, 10], [1, 2, 3]), view)).toBe(true)
    expect(isSparse(line([0, 1, 2, 3], [1, 2, 3, 4]), view)).toBe(false)
    expect(isSparse(line([4], [1]), view)).toBe(true)
  })

  it('looks at what a zoom shows', () => {
    const zoomed = { ...view, x: scaleOf('linear', [1.5, 2.5], [0, 100]) }
    expect(isSparse(line([0, 1, 2, 3, 4], [1, 2, 3, 4, 5]), zoomed)).toBe(true)
  })
})
