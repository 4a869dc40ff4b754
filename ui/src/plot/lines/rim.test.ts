import { describe, expect, it } from 'vitest'
import { line, view } from './lines.fixture'
import { rimMarks } from './rim'

describe('rimMarks', () => {
  it('counts what is not finite, near ones together, and none out of view', () => {
    const marks = rimMarks([line([], [], { nonfiniteX: Float64Array.from([1, 1.1, 5, 99]) })], view)
    expect(marks.map(({ x, count }) => [x, count])).toEqual([
      [1, 2],
      [5, 1],
    ])
  })
})
