import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DASHES } from '../../core/palettes'
import { decode } from '../../core/codec'
import { METRICS, type MetricsState } from '../../core/view-state'
import type { LineGroup } from '../../core/wire'
import { coloringOf, groupLooks, hashOf, paintWith, shuffled, strokeDashes } from './colors'

const TOKENS = {
  categories: ['#000001', '#000002', '#000003', '#000004', '#000005', '#000006', '#000007', '#000008'],
  ramp: ['#000000', '#808080', '#ffffff'],
  dark: false,
  pos: '#0000ff',
  neg: '#ff0000',
  muted: '#777777',
}
const groups = (values: readonly (number | string | null)[]): LineGroup[] =>
  values.map((value) => ({ label: String(value), key: { k: value }, value: typeof value === 'number' ? value : null }))
const looks = (values: readonly (number | string | null)[], patch: Partial<MetricsState> = {}, log = false): string[] => {
  const numeric = values.some((value) => typeof value === 'number')
  const scale = { color_scale: numeric ? ('sequential' as const) : ('categorical' as const), color_log: log }
  return groupLooks(groups(values), scale, coloringOf({ ...decode(METRICS, ''), ...patch }), TOKENS).map(({ color, dash }) => `${color} ${dash}`)
}

describe('colours', () => {
  it('are dealt one after the other, then with dashes, then grey', () => {
    const many = looks(Array.from({ length: 41 }, (_, at) => `g${at}`))
    expect(many[0]).toBe('#000001 0')
    expect(many[8]).toBe('#000001 1')
    expect(new Set(many.slice(0, 40)).size).toBe(8 * DASHES.length)
    expect(many[40]).toBe('#777777 0')
  })
  it('of numbers run along a ramp in even steps, or by their size', () => {
    expect(looks([1, 2, 10])).toEqual(['#000000 0', '#808080 0', '#ffffff 0'])
    expect(looks([0, 1, 10], { ramp: 'value' })[1]).toBe('#1a1a1a 0')
    expect(looks([1, 10, 100], { ramp: 'value' }, true)[1]).toBe('#808080 0')
  })
  it('are grey where the number is missing', () => {
    expect(looks([1, 2, null])).toEqual(['#000000 0', '#ffffff 0', '#777777 0'])
  })
  it('can be a palette that was chosen, also for words', () => {
    expect(looks(['a', 'b', 'c'], { pal: 'diverging' })).toEqual(['#0000ff 0', '#8F98A3 0', '#ff0000 0'])
    expect(looks([1, 2, 3], { pal: 'eight' })[2]).toBe('#000003 0')
    expect(new Set(looks(Array.from({ length: 24 }, (_, at) => `g${at}`), { pal: 'many' })).size).toBe(24)
  })
  it('chosen by hand win', () => {
    const paint = paintWith(paintWith(['b=#111111'], 'a=x', '#ABCDEF'), 'b', null)
    expect(paint).toEqual(['a=x=#ABCDEF'])
    expect(looks(['a=x', 'b'], { paint })).toEqual(['#ABCDEF 0', '#000002 0'])
  })
  it('that are stable do not hang on what stands beside them', () => {
    const of = (values: string[]): Record<string, string> => {
      const found = looks(values, { stable: true })
      return Object.fromEntries(values.map((value, at) => [value, found[at]!.slice(0, 7)]))
    }
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 30 }), (values) => {
        const [all, last] = [of(values), values.at(-1)!]
        expect(of([last])[last]).toBe(all[last])
      }),
    )
  })
  it('and dashes keep two groups apart even when their hashes meet', () => {
    const found = looks(Array.from({ length: 20 }, (_, at) => `g${at}`), { stable: true })
    expect(new Set(found).size).toBe(20)
  })
})

describe('shuffling', () => {
  it('keeps what there is, and does the same again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        expect(shuffled(items, seed).sort()).toEqual([...items].sort())
        expect(shuffled(items, seed)).toEqual(shuffled(items, seed))
      }),
    )
    expect(shuffled([1, 2, 3, 4, 5, 6, 7, 8], 1)).not.toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(hashOf('a')).toBe(0xe40c292c)
  })
  it('holds for dashes as well', () => {
    const plain = decode(METRICS, '')
    const five = groups(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(strokeDashes(five, coloringOf(plain))).toEqual([0, 1, 2, 3, 4, 0])
    expect(strokeDashes(groups(['a']), coloringOf({ ...plain, stable: true, dashes: 3 }))).toEqual([0])
    expect(strokeDashes(five, coloringOf({ ...plain, dashes: 3 })).slice(0, 5).sort()).toEqual([0, 1, 2, 3, 4])
  })
})
