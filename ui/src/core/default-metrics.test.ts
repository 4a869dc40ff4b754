import { describe, expect, it } from 'vitest'
import { defaultMetricColumns, isSchedule, recordedMetrics } from './default-metrics'
import { PICKERS } from './testing'

describe('what is shown before anyone chose', () => {
  it('is what most runs recorded, without system metrics and texts', () => {
    expect(recordedMetrics(PICKERS).map(({ name }) => name)).toEqual(['f1', 'loss'])
  })
  it('never looks at held-out data', () => {
    const columns = defaultMetricColumns(PICKERS)
    expect(columns).toHaveLength(3)
    expect(columns.join()).not.toContain('test')
  })
  it('is not what was set beforehand', () => {
    expect(['lr', 'train/learning_rate', 'optim.grad_norm', 'epoch'].map(isSchedule)).toEqual([true, true, true, true])
    expect(['lrap', 'loss', 'steps_to_goal'].map(isSchedule)).toEqual([false, false, false])
  })
  it('is nothing in an empty repo', () => {
    expect(defaultMetricColumns({ experiments: [], tags: [], params: [], metrics: [] })).toEqual([])
  })
})
