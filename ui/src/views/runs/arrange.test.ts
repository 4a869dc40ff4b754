import { describe, expect, it } from 'vitest'
import { decode } from '../../core/codec'
import { RUNS, type RunsState } from '../../core/view-state'
import { setGoal, setReducer } from './arrange'

const F1 = 'run.metrics["f1"].last'
const LOSS = 'run.metrics["loss"].best'
const view = (patch: Partial<RunsState> = {}): RunsState => ({ ...decode(RUNS, ''), ...patch })

describe('a column', () => {
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
