import { describe, expect, it } from 'vitest'
import { captionLines } from './captions'
import type { ObjectListing } from '../../core/wire'
import { item } from './objects.fixture'

describe('captions', () => {
  const listing = {
    runs: [{ id: 'r', name: 'run one', experiment: '', status: 'finished', created: 1 }],
    series: [{ run: 0, name: 'samples', context: { lang: 'de' }, n: 1, step_first: 0, step_last: 0, fields: [0.0001, null] }],
  } as unknown as ObjectListing
  it('says the fields that there are, in order', () => {
    const one = item({ index: 2, meta: { caption: 'a cat\nin two lines' } })
    const lines = captionLines(listing, one, ['caption', 'run.lr', 'run.none', 'run.name', 'series', 'step', 'size', 'epoch'])
    expect(lines.map(({ text }) => text)).toEqual(['a cat', 'lr 1e−4', 'run one', 'samples de', 'step 20, no. 2', '1.2 KB'])
  })
})
