import { describe, expect, it } from 'vitest'
import { arranged, inWantedOrder, isHidden, pin, place, reordered, setHidden, sideOf, sortedBy, toggleIn, withoutWidths, type Arrangement } from './grid-arrange'

const F1 = 'run.metrics["f1"].last'
const natural = ['name', 'lr', 'seed', F1]
const view = (patch: Partial<Arrangement> = {}): Arrangement => ({ order: [], left: ['name'], right: [], hide: [], w: {}, sort: [], ...patch })

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
    const block = (id: string) => ({ id })
    expect(setHidden(view({ hide: ['a'] }), ['b', 'c'].map(block), true)).toEqual({ hide: ['a', 'b', 'c'] })
    expect(setHidden(view({ hide: ['a', 'b'] }), [{ id: 'a' }], false)).toEqual({ hide: ['b'] })
    expect(toggleIn(['a'], 'a')).toEqual([])
    expect(toggleIn(['a'], 'b')).toEqual(['a', 'b'])
  })

  it('that is hidden at first is named where it is shown', () => {
    const blocks = [{ id: 'a' }, { id: 'b', aside: true }]
    expect(setHidden(view(), blocks, false)).toEqual({ hide: ['b'] })
    expect(setHidden(view({ hide: ['b'] }), blocks, true)).toEqual({ hide: ['a'] })
    expect(isHidden(view({ hide: ['b'] }), 'b', true)).toBe(false)
  })

  it('sorts alone or after others', () => {
    expect(sortedBy(view({ sort: ['-a'] }), 'b', { down: true, add: true })).toEqual({ sort: ['-a', '-b'] })
    expect(sortedBy(view({ sort: ['-a', 'b'] }), 'b', { down: true, add: true })).toEqual({ sort: ['-a', '-b'] })
    expect(sortedBy(view({ sort: ['-a'] }), 'b', { down: false, add: false })).toEqual({ sort: ['b'] })
  })

  it('takes its first width again', () => expect(withoutWidths(view({ w: { a: 1, b: 2 } }), ['a'])).toEqual({ w: { b: 2 } }))
})

describe('the columns shown', () => {
  const columns = [{ id: 'name' }, { id: 'value', block: 'f1' }, { id: 'dots', block: 'f1' }, { id: 'lr' }, { id: 'seed', aside: true }]
  const shown = (patch: Partial<Arrangement>): string[] => arranged(columns, view(patch)).map(({ id, pinned }) => (pinned ? `${id} ${pinned}` : id))

  it('stand where the reader wants them, blocks together', () => {
    expect(shown({})).toEqual(['name left', 'value', 'dots', 'lr'])
    expect(shown({ order: ['lr'], right: ['f1'], left: [], hide: ['seed'] })).toEqual(['lr', 'name', 'seed', 'value right', 'dots right'])
    expect(shown({ hide: ['f1'] })).toEqual(['name left', 'lr'])
  })

  it('are reordered by as few names as will do', () => {
    expect(reordered(columns, view(), ['lr', 'f1'])).toEqual({ order: ['lr'] })
    expect(reordered(columns, view(), ['f1', 'lr'])).toEqual({ order: [] })
  })
})
