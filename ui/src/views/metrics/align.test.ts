import { describe, expect, it } from 'vitest'
import { PICKERS } from '../../core/testing'
import { alignmentWords, metricAlignments } from './align'

describe('what x can be', () => {
  it('is any metric, in each of its contexts where it has several', () => {
    expect(metricAlignments(PICKERS, '').map(({ value }) => value)).toEqual([
      'metric:f1',
      'metric:f1{"lang": "de", "subset": "dev"}',
      'metric:f1{"lang": "de", "subset": "test"}',
      'metric:f1{"lang": "es", "subset": "dev"}',
      'metric:loss',
      'metric:system.cpu',
    ])
    expect(metricAlignments(PICKERS, 'f1 es').map(({ label }) => label)).toEqual(['f1  lang = es, subset = dev'])
  })
  it('is named by the metric and its context', () => {
    expect(alignmentWords('relative')).toBe('time since start')
    expect(alignmentWords('metric:f1{"lang": "de"}')).toBe('f1 de')
    expect(alignmentWords('metric:loss')).toBe('loss')
  })
})
