import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../core/codec'
import { listingParams } from './listing'
import { OBJECTS } from './state'

const state = (search: string) => decode(OBJECTS, search)

describe('the address of the Objects page', () => {
  it('reads what it writes', () => {
    const search = '?kind=text&m=samples{subset=dev}&row=-run.lr&by=range&sn=5&cap=run.name&cap=run.lr&find=a+b&as=code'
    expect(encode(OBJECTS, state(search))).toBe(search)
  })
  it('asks for the newest step, one step, or a range', () => {
    expect(listingParams(state(''), 'image', null)).toMatchObject({ at: 'last', steps: 0, smin: null, field: [] })
    expect(listingParams(state('?at=0'), 'image', null)).toMatchObject({ at: 0 })
    expect(listingParams(state('?by=range&smin=3'), 'image', null)).toMatchObject({ at: '', smin: 3, steps: 20 })
    expect(listingParams(state('?q=x&cap=step&cap=run.lr'), 'image', 'a"b')).toMatchObject({ q: 'run.id == "a\\"b"', field: ['run.lr'] })
  })
})
