import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../core/codec'
import { metricExpression } from '../../core/run-columns'
import { chosenAxes, columnsOf, lookOf, replaced } from './axes'
import { SCATTER, type ScatterState } from './state'

const metric = (lang: string): string => metricExpression({ name: 'f1', context: { lang }, reducer: 'last' })
const [de, en] = [metric('de'), metric('en')]
const state = (search = ''): ScatterState => decode(SCATTER, search)

describe('axes of the page', () => {
  it('sets the metric that people know across, another one upwards, the first param as colour', () => {
    expect(chosenAxes(state(), ['run.lr', 'run.seed', de, en])).toEqual({ x: en, y: de, by: 'run.lr', size: '' })
  })

  it('takes a param across where there is one metric, and another one as the colour', () => {
    expect(chosenAxes(state(), ['run.lr', 'run.seed', en])).toMatchObject({ x: 'run.lr', y: en, by: 'run.seed' })
    expect(chosenAxes(state(), ['run.lr', en]).by).toBe('')
    expect(chosenAxes(state('?x=run.lr'), ['run.lr', 'run.seed', de, en]).by).toBe('run.seed')
  })

  it('keeps what was chosen by hand', () => {
    expect(chosenAxes(state('?x=run.lr&by=none'), [de, en])).toMatchObject({ x: 'run.lr', by: '' })
    expect(chosenAxes(state('?x=run.lr&by=run.lr'), [de, en]).by).toBe('run.lr')
  })

  it('asks for each column once, and for what charts, groups, tooltip and table show', () => {
    const chosen = { x: 'run.a', y: 'run.b', by: 'run.a', size: '' }
    const look = lookOf(state('?ch=run.b&c=run.c&tip=run.d&tcols=%2Brun.e&tcols=%2Brun.tags&tcols=run.a'), chosen)
    expect(columnsOf(chosen, look)).toEqual(['run.a', 'run.b', 'run.c', 'run.d', 'run.e'])
    expect(columnsOf(chosen, lookOf(state('?ch=run.z&off=ch'), chosen))).toEqual(['run.a', 'run.b'])
  })

  it('keeps the other axis where it stands when one is replaced', () => {
    const chosen = chosenAxes(state(), ['run.lr', de, en])
    expect(replaced(state(), chosen, 'x', 'run.lr')).toEqual({ x: 'run.lr', y: de, brush: [] })
  })
})

describe('colours', () => {
  it('are off without a key, and on with groups', () => {
    expect(lookOf(state('?by=none'), { by: '' }).off).toEqual(['c'])
    expect(lookOf(state('?by=none&c=run.a'), { by: '' }).off).toEqual([])
  })
})

it('the address keeps what was set and leaves defaults out', () => {
  const set = { ...state(), x: en, by: 'none', trend: 'loess' as const, bw: 0.3, tcols: [`+${de}`] }
  const search = encode(SCATTER, set)
  expect(search).toBe('?x=last(f1{lang=en})&by=none&trend=loess&bw=0.3&tcols=%2Blast(f1{lang=de})')
  expect(decode(SCATTER, search)).toEqual(set)
})
