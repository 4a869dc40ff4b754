import { describe, expect, it } from 'vitest'
import { archiving, deleting, tagCounts, tagging, untagging, type RunFacts } from './run-edits'

const RUNS: Record<string, RunFacts> = {
  a: { name: 'first', tags: ['pick'], archived: false, deleted: false },
  b: { name: 'second', tags: [], archived: true, deleted: false },
  c: { name: 'third', tags: ['pick', 'soup'], archived: false, deleted: true },
}
const facts = (id: string): RunFacts => RUNS[id] ?? { name: '', tags: [], archived: false, deleted: false }
const all = ['a', 'b', 'c']

describe('edits of several runs', () => {
  it('touch and take back only what they change', () => {
    expect(tagging(all, facts, 'pick').edit).toEqual({ ids: ['b'], add_tags: ['pick'] })
    expect(tagging(all, facts, 'pick').undo).toEqual({ ids: ['b'], remove_tags: ['pick'] })
    expect(untagging(all, facts, 'pick').edit.ids).toEqual(['a', 'c'])
    expect(archiving(all, facts, true).edit).toEqual({ ids: ['a', 'c'], archived: true })
    expect(archiving(all, facts, true).undo).toEqual({ ids: ['a', 'c'], archived: false })
    expect(deleting(all, facts, false).edit).toEqual({ ids: ['c'], deleted: false })
  })
  it('say what was done', () => {
    expect(deleting(all, facts, true).done).toBe('Deleted 2 runs')
    expect(archiving(all, facts, false).done).toBe('Unarchived 1 run')
  })
})

describe('tags of a selection', () => {
  it('are counted', () => {
    expect([...tagCounts(all, facts)]).toEqual([['pick', 2], ['soup', 1]])
  })
})
