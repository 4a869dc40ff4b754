import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearScale, logScale, makeScale, niceDomain, tickLabels } from './scales'

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('scales', () => {
  it('map the ends of the domain to the ends of the range and back', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, width) => {
        const scale = linearScale([low, low + width], [300, 0])
        expect(scale.map(low)).toBeCloseTo(300)
        expect(scale.invert(scale.map(low + width / 3))).toBeCloseTo(low + width / 3, 3)
      }),
    )
  })
  it('put a flat domain in the middle', () => expect(linearScale([2, 2], [0, 100]).map(2)).toBe(50))
  it('take logarithms of positive values only', () => {
    const scale = logScale([1e-4, 1e-2], [0, 100])
    expect(scale.map(1e-3)).toBeCloseTo(50)
    expect(scale.map(0)).toBeNaN()
    expect(makeScale('log', [0, 1], [0, 1]).kind).toBe('linear')
  })
  it('tick at round values inside the domain', () => {
    expect(linearScale([0, 1], [0, 1]).ticks(5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(linearScale([0.13, 0.87], [0, 1]).ticks(4)).toEqual([0.2, 0.4, 0.6, 0.8])
    expect(logScale([1e-4, 1e-1], [0, 1]).ticks(4)).toEqual([1e-4, 1e-3, 1e-2, 1e-1])
  })
  it('have ticks that never leave the domain', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 12 }), (low, width, count) => {
        const high = low + width
        for (const tick of linearScale([low, high], [0, 1]).ticks(count)) {
          expect(tick).toBeGreaterThanOrEqual(low - width * 1e-6)
          expect(tick).toBeLessThanOrEqual(high + width * 1e-6)
        }
      }),
    )
  })
  it('widen a domain to whole steps', () => {
    expect(niceDomain(0.62, 0.88, 4)).toEqual([0.6, 0.9])
    expect(niceDomain(0, 0, 4)).toEqual([-1, 1])
  })
  it('label ticks alike', () => {
    expect(tickLabels([0, 0.5, 1])).toEqual(['0', '.5', '1.0'])
    expect(tickLabels([-0.03, 0, 0.03])).toEqual(['−.03', '0', '.03'])
    expect(tickLabels([1e-4, 1e-3], 'log')).toEqual(['1e−4', '1e−3'])
    expect(tickLabels([0, 2e38])).toEqual(['0', '2e38'])
    expect(tickLabels([0, 2e16])).toEqual(['0', '2e16'])
  })
  it('are told apart far from zero, as steps are that are zoomed into', () => {
    expect(tickLabels([1_500_000, 1_500_010, 1_500_020])).toEqual(['1.5M', '1.50001M', '1.50002M'])
    for (const [start, step] of [[150_000, 5], [1e9, 0.5], [3e13, 1e7], [1e-5, 1e-9]] as const) {
      const labels = tickLabels([0, 1, 2, 3].map((i) => start + i * step))
      expect(new Set(labels).size, labels.join()).toBe(4)
    }
  })
})
