import { describe, expect, it } from 'vitest'
import { defaultMetricColumns, recordedMetrics } from './default-metrics'
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
  it('is nothing in an empty repo', () => {
    expect(defaultMetricColumns({ experiments: [], tags: [], params: [], metrics: [] })).toEqual([])
  })
})
