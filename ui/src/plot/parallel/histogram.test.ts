import { describe, expect, it } from 'vitest'
import { histogram } from './histogram'

describe('histogram', () => {
  it('counts all and selected, and leaves out the empty and the missing', () => {
    const bars = histogram(Float32Array.of(0, 0.1, 0.9, 1, NaN), Uint8Array.of(1, 0, 1, 1, 1), 4)
    expect(bars).toEqual([
      { low: 0, high: 0.25, all: 2, selected: 1 },
      { low: 0.75, high: 1, all: 2, selected: 2 },
    ])
  })
})
