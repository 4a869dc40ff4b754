import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../core/codec'
import { metricExpression } from '../../core/run-columns'
import { chosenAxes, columnsOf } from './axes'
import { SCATTER, type ScatterState } from './state'

const metric = (lang: string): string => metricExpression({ name: 'f1', context: { lang }, reducer: 'last' })
const [de, en] = [metric('de'), metric('en')]
const state = (search = ''): ScatterState => decode(SCATTER, search)

describe('axes of the page', () => {
  it('sets the metric that people know across, another one upwards, the first param as colour', () => {
    expect(chosenAxes(state(), ['run.lr', 'run.seed', de, en])).toMatchObject({ x: en, y: de, by: 'run.lr' })
  })

  it('takes a param across where there is one metric', () => {
    expect(chosenAxes(state(), ['run.lr', en])).toMatchObject({ x: 'run.lr', y: en })
  })

  it('keeps what was chosen by hand', () => {
    expect(chosenAxes(state('?x=run.lr&by=none&ch=run.seed'), [de, en])).toMatchObject({ x: 'run.lr', by: '', charts: ['run.seed'] })
  })

  it('asks for each column once', () => {
    expect(columnsOf({ x: 'a', y: 'b', by: 'a', size: '', charts: ['b'] })).toEqual(['a', 'b'])
  })
})

it('the address keeps what was set and leaves defaults out', () => {
  const set = { ...state(), x: en, by: 'none', trend: 'loess' as const, bw: 0.3 }
  const search = encode(SCATTER, set)
  expect(search).toBe('?x=last(f1{lang=en})&by=none&trend=loess&bw=0.3')
  expect(decode(SCATTER, search)).toEqual(set)
})
