import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atStep, extentOf, momentsOf, readHistogram, rebin } from './histogram'

describe('histograms', () => {
  const one = { counts: [1, 3], edges: [0, 1, 2] }
  it('brings bins onto common ones without losing any sample', () => {
    expect([...rebin(one, 0, 2, 4)]).toEqual([0.125, 0.125, 0.375, 0.375])
    const counts = fc.array(fc.nat(100), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 50 }), (list, bins) => {
        fc.pre(list.some((count) => count > 0))
        const shares = rebin({ counts: list, edges: Array.from({ length: list.length + 1 }, (_, at) => at / 3) }, 0, list.length / 3, bins)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
      }),
    )
  })
  it('knows mean and spread', () => {
    expect(momentsOf(one)).toMatchObject({ n: 4, mean: 1.25 })
    expect(momentsOf(one).std).toBeCloseTo(Math.sqrt(0.1875))
  })
  it('reads JSON, and nothing else', () => {
    expect(readHistogram(JSON.stringify(one))).toEqual(one)
    for (const bad of ['', '{}', '{"counts": [1], "edges": [1]}', 'null']) expect(readHistogram(bad)).toBeNull()
  })
  it('takes the newest up to a step', () => {
    const steps = [{ step: 0 }, { step: 10 }]
    expect([atStep(steps, null), atStep(steps, 9), atStep(steps, 10), atStep(steps, -5)].map((found) => found?.step)).toEqual([10, 0, 10, 0])
  })
  it('spans all edges', () => {
    expect(extentOf([one, { counts: [1], edges: [-3, 1] }])).toEqual([-3, 2])
    expect(extentOf([])).toBeNull()
  })
})
