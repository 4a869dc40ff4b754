import { describe, expect, it } from 'vitest'
import { boxSize, mediaSize } from './boxes'
import { ratioOf } from './layout'
import { item } from './objects.fixture'

describe('boxes', () => {
  it('fits pictures by height, width or their own size', () => {
    const items = [item({ meta: { width: 200, height: 100 } }), item()]
    expect(ratioOf(items)).toBe(2)
    expect(mediaSize('image', items, { size: 100, fit: 'height' })).toEqual({ width: 200, height: 100 })
    expect(mediaSize('image', items, { size: 100, fit: 'width' })).toEqual({ width: 100, height: 50 })
    expect(mediaSize('image', items, { size: 50, fit: 'original' })).toEqual({ width: 100, height: 50 })
    expect(boxSize({ width: 10, height: 10 }, 2)).toEqual({ width: 88, height: 48 })
  })
})
