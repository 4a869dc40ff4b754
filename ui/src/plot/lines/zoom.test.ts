import { describe, expect, it } from 'vitest'
import { scaleOf } from './scale'
import { isDrag } from '../pointer'
import { boxOf, wheelRange, zoomOf } from './zoom'

const plot = { left: 40, top: 10, right: 440, bottom: 210 }
const x = scaleOf('linear', [0, 40], [40, 440])
const y = scaleOf('linear', [0, 1], [210, 10])
const zoom = (fromX: number, fromY: number, toX: number, toY: number): ReturnType<typeof zoomOf> =>
  zoomOf(boxOf({ fromX, fromY, toX, toY }, plot), plot, x, y)

describe('zoomOf', () => {
  it('takes both ranges of a box, whichever corner it starts from', () => {
    expect(zoom(140, 60, 240, 160)).toEqual({ x: [10, 20], y: [0.25, 0.75] })
    expect(zoom(240, 160, 140, 60)).toEqual({ x: [10, 20], y: [0.25, 0.75] })
  })

  it('takes x alone of a low box and y alone of a narrow one', () => {
    expect(zoom(140, 60, 240, 65)).toEqual({ x: [10, 20], y: null })
    expect(zoom(140, 60, 145, 160)).toEqual({ x: null, y: [0.25, 0.75] })
  })

  it('stays within the plot', () => {
    expect(zoom(140, 60, 900, 62)).toEqual({ x: [10, 40], y: null })
    expect(zoom(0, 0, 900, 900)).toEqual({ x: null, y: null })
  })
})

describe('isDrag', () => {
  it('tells a drag from an unsteady click', () => {
    expect(isDrag({ fromX: 10, fromY: 10, toX: 12, toY: 11 })).toBe(false)
    expect(isDrag({ fromX: 10, fromY: 10, toX: 10, toY: 14 })).toBe(true)
  })
})

describe('wheelRange', () => {
  it('keeps what lies below the pointer in its place, on linear and on log axes', () => {
    const linear = scaleOf('linear', [0, 100], [0, 200])
    const [low, high] = wheelRange(linear, 50, -100)
    expect((25 - low) / (high - low)).toBeCloseTo(0.25)
    expect(high - low).toBeCloseTo(100 / 1.15)
    const log = wheelRange(scaleOf('log', [1, 100], [0, 200]), 100, 100)
    expect(log[0] * log[1]).toBeCloseTo(100)
    expect(log[0]).toBeLessThan(1)
  })
})
