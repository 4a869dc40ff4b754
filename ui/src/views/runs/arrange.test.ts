import { describe, expect, it } from 'vitest'
import { decode } from '../../core/codec'
import { RUNS, type RunsState } from '../../core/view-state'
import { inWantedOrder, pin, place, setGoal, setHidden, setReducer, sideOf, toggleIn } from './arrange'

const F1 = 'run.metrics["f1"].last'
const LOSS = 'run.metrics["loss"].best'
const view = (patch: Partial<RunsState> = {}): RunsState => ({ ...decode(RUNS, ''), ...patch })
const natural = ['name', 'lr', 'seed', F1]

describe('moving a column', () => {
  it('in the middle is told by as little as will do', () => {
    expect(place(view(), natural, F1, 'middle', 'lr').order).toEqual([F1])
    expect(place(view({ order: [F1] }), natural, F1, 'middle', null).order).toEqual([])
  })
  it('to a side takes it from the other', () => {
    expect(place(view({ right: ['lr'] }), natural, 'lr', 'left', 'name')).toEqual({ left: ['lr', 'name'], right: [] })
    expect(pin(view(), 'seed', 'right')).toEqual({ left: ['name'], right: ['seed'] })
    expect(pin(view({ right: ['seed'] }), 'seed', 'middle')).toEqual({ left: ['name'], right: [] })
    expect(sideOf(view(), 'name')).toBe('left')
  })
  it('from a side into the middle stands where it is put', () => {
    const moved = place(view({ left: ['name', 'seed'] }), natural, 'seed', 'middle', 'lr')
    expect(moved.left).toEqual(['name'])
    expect(inWantedOrder(['lr', 'seed', F1], moved.order ?? [])).toEqual(['seed', 'lr', F1])
  })
})

describe('a column', () => {
  it('hides and comes back', () => {
    expect(setHidden(view({ hide: ['a'] }), ['b', 'c'], true)).toEqual({ hide: ['a', 'b', 'c'] })
    expect(setHidden(view({ hide: ['a', 'b'] }), ['a'], false)).toEqual({ hide: ['b'] })
    expect(toggleIn(['a'], 'a')).toEqual([])
    expect(toggleIn(['a'], 'b')).toEqual(['a', 'b'])
  })
  it('takes its settings along to another reducer', () => {
    const patch = setReducer(view({ sort: [`-${F1}`, 'name'], tint: [F1] }), [F1, LOSS], F1, 'best')
    const best = 'run.metrics["f1"].best'
    expect(patch).toMatchObject({ add: [best, LOSS], sort: [`-${best}`, 'name'], tint: [best] })
  })
  it('whose goal is turned shows the lowest or highest value as its best', () => {
    const patch = setGoal(view(), [F1, LOSS], 'loss', 'max')
    expect(patch).toMatchObject({ add: [F1, 'run.metrics["loss"].max'], goal: { loss: 'max' } })
    expect(setGoal(view(), [F1, LOSS], 'f1', 'min')).toEqual({ goal: { f1: 'min' } })
  })
})
