import { describe, expect, it } from 'vitest'
import { line, view } from './lines.fixture'
import { paintRim, rimMarks } from './rim'

const broken = (x: number[], y: number[]) => line([], [], { nonfiniteX: Float64Array.from(x), nonfiniteY: Float32Array.from(y) })

describe('rimMarks', () => {
  it('counts what is not finite, near ones together, and none out of view', () => {
    const marks = rimMarks([broken([1, 1.1, 5, 99], [NaN, NaN, NaN, NaN])], view)
    expect(marks.map(({ x, count }) => [x, count])).toEqual([
      [1, 2],
      [5, 1],
    ])
  })

  it('tells NaN from either infinity', () => {
    const marks = rimMarks([broken([1, 1.1, 5], [Infinity, NaN, -Infinity])], view)
    expect(marks.map(({ kinds }) => [...kinds])).toEqual([
      [
        ['inf', 1],
        ['nan', 1],
      ],
      [['-inf', 1]],
    ])
  })
})

it('draws each kind in its own form: triangles up and down, a cross', () => {
  const drawn: string[] = []
  const painter = new Proxy({}, { get: (_, name) => () => void (name === 'fill' || name === 'stroke' ? drawn.push(String(name)) : 0), set: () => true })
  paintRim(painter as never, [broken([1, 1, 5], [Infinity, NaN, -Infinity])], view)
  expect(drawn).toEqual(['fill', 'stroke', 'fill'])
})
