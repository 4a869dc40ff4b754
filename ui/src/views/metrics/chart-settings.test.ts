import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSettings, withSettings, type ChartSettings } from './chart-settings'

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) // no -0: it is written as 0
const range = fc.tuple(number, number).filter(([low, high]) => low < high)
const settings = fc.record({ ys: fc.constantFrom('lin' as const, 'log' as const), x: range, y: range, sm: fc.constantFrom('none', 'ema:0.6', 'mean:9') })

describe('settings of a chart', () => {
  it('are read as they were written, whatever the name of the chart', () => {
    fc.assert(
      fc.property(settings, fc.string(), (given, label) => {
        const texts = withSettings([], label, given)
        expect(parseSettings(texts).get(label)).toEqual(given)
      }),
    )
  })

  it('are changed one by one, and gone when none is left', () => {
    const texts = withSettings(withSettings(['ys=log@en'], 'de', { ys: 'log' }), 'de', { y: [0, 1] })
    expect(texts).toEqual(['ys=log@en', 'ys=log,y=0..1@de'])
    expect(withSettings(texts, 'de', { ys: null, y: null })).toEqual(['ys=log@en'])
  })

  it('leaves out what cannot be read', () => {
    const read = parseSettings(['nothing', 'ys=cubic,y=1..0,x=a..b,sm=magic@de'])
    expect([...read]).toEqual([['de', { sm: 'none' } satisfies ChartSettings]])
  })
})
