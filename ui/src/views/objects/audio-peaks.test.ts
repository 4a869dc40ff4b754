import { describe, expect, it } from 'vitest'
import { outline } from './audio-peaks'

describe('the outline of a sound', () => {
  it('is the largest amplitude of each stretch, over all channels', () => {
    const left = Float32Array.of(0.1, -0.5, 0.2, 0.25)
    const right = Float32Array.of(0, 0.25, -2, 0)
    expect([...outline([left, right], 2)]).toEqual([0.5, 1])
  })
  it('has no more stretches than samples', () => {
    expect(outline([Float32Array.of(0.5)], 100)).toHaveLength(1)
    expect(outline([], 100)).toHaveLength(0)
  })
})
