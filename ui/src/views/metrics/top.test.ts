import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Pickers } from '../../core/wire'
import { rankedBy, rankedTitle, topCondition } from './top'

const contexts = ['de', 'en'].flatMap((lang) => ['dev', 'test'].map((subset) => ({ context: { lang, subset }, runs: 9 })))
const pickers = { metrics: [{ name: 'f1', goal: 'max', contexts }, { name: 'loss', goal: 'min', contexts: [{ context: {}, runs: 9 }] }] } as unknown as Pickers
const titles = (rows: { name: string; context: string }[], selectors: string[]): string[] => rankedBy(rows, selectors, pickers).map(rankedTitle)

describe('what runs are ranked by', () => {
  it('is the metric of the chart in its contexts', () => {
    expect(titles([{ name: 'f1', context: '{"lang": "de", "subset": "dev"}' }, { name: 'f1', context: '{"lang": "de", "subset": "dev"}' }], ['f1'])).toEqual(['f1 de, dev'])
    expect(titles([{ name: 'f1', context: '{}' }], ['f1{"subset": "dev"}'])).toEqual(['f1 de, dev', 'f1 en, dev'])
    expect(titles([{ name: 'f1', context: '{"subset": "test"}' }], ['f1{"lang": ["en", "es"]}'])).toEqual(['f1 en, test'])
  })

  it('takes patterns to fit', () => {
    expect(titles([{ name: 'f1', context: '{"lang": "de"}' }, { name: 'loss', context: '{}' }], ['*{"subset": "d*"}'])).toEqual(['f1 de, dev', 'f1 de, test'])
  })
})

describe('the condition', () => {
  const answer = (matched: number, values: (number | null)[]): void => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ matched, runs: values.map((value) => ({ values: [value] })) }), { headers: { 'content-type': 'application/json' } })))
  }
  afterEach(() => void vi.unstubAllGlobals())
  const loss = { name: 'loss', context: {}, goal: 'min' } as const

  it('is to reach the value of the last that is kept', async () => {
    answer(30, [0.1, 0.25])
    expect(await topCondition('', loss, 'best', 2)).toBe('run.metrics["loss"].best <= 0.25')
  })

  it('is none where nobody would be left out', async () => {
    answer(2, [0.1, 0.25])
    expect(await topCondition('', loss, 'best', 2)).toBeNull()
    answer(30, [0.1, null])
    expect(await topCondition('', loss, 'best', 2)).toBeNull()
  })
})
