import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxSize, mediaSize } from './boxes'
import { captionLines } from './captions'
import { pieces } from './highlight'
import { atStep, momentsOf, readHistogram, rebin } from './histogram'
import { keysWords, keyWord } from './keys'
import { GAP_PX, HEAD_PX, inSight, layoutBoxes, ratioOf } from './layout'
import { listingParams, type ListedObject, type Listing } from './listing'
import { decode, encode } from '../../core/codec'
import { OBJECTS } from './state'
import { readTable } from './table-content'

const item = (over: Partial<ListedObject> = {}): ListedObject => ({
  id: 'r/s/0', series: 0, row: 0, column: 0, step: 20, index: null, epoch: null, time: 1, mime: 'image/png', meta: {}, size_bytes: 1200, url: '/x', ...over,
})
const state = (search: string) => decode(OBJECTS, search)

describe('state', () => {
  it('reads what it writes', () => {
    const search = '?kind=text&m=samples{subset=dev}&row=-run.lr&by=range&sn=5&cap=run.name&cap=run.lr&find=a+b&as=code'
    expect(encode(OBJECTS, state(search))).toBe(search)
  })
  it('asks for the newest step, one step, or a range', () => {
    expect(listingParams(state(''), 'image', null)).toMatchObject({ at: 'last', steps: 0, smin: null, field: [] })
    expect(listingParams(state('?at=0'), 'image', null)).toMatchObject({ at: 0 })
    expect(listingParams(state('?by=range&smin=3'), 'image', null)).toMatchObject({ at: '', smin: 3, steps: 20 })
    expect(listingParams(state('?q=x&cap=step&cap=run.lr'), 'image', 'a"b')).toMatchObject({ q: 'run.id == "a\\"b"', field: ['run.lr'] })
  })
})

describe('layout', () => {
  const box = { width: 100, height: 50 }
  it('flows boxes in lines as wide as there is room', () => {
    const made = layoutBoxes(Array.from({ length: 5 }, () => ({ row: 0, column: 0 })), 1, 1, box, 340, false)
    expect([...made.left]).toEqual([0, 112, 224, 0, 112])
    expect([...made.top]).toEqual([0, 0, 0, 62, 62])
  })
  it('gives each group of rows a head and each column its place', () => {
    const made = layoutBoxes([{ row: 0, column: 1 }, { row: 1, column: 0 }, { row: 1, column: 0 }], 2, 2, box, 200, true)
    expect([...made.left]).toEqual([112, 0, 0])
    expect([...made.top]).toEqual([HEAD_PX, 134, 134 + 50 + GAP_PX])
    expect(made.bands.map(({ top }) => top)).toEqual([0, 102])
  })
  it('never lets boxes overlap', () => {
    const items = fc.array(fc.record({ row: fc.nat(3), column: fc.nat(2) }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(items, fc.integer({ min: 50, max: 2000 }), (list, width) => {
        const made = layoutBoxes(list, 4, 3, box, width, true)
        const places = list.map((_, at) => `${made.left[at]} ${made.top[at]}`)
        expect(new Set(places).size).toBe(list.length)
        expect(Math.max(...made.top) + box.height).toBeLessThanOrEqual(made.height)
        expect(inSight(made, box, 0, made.height, 0, 1e9)).toHaveLength(list.length)
      }),
    )
  })
  it('finds what a window touches', () => {
    const made = layoutBoxes(Array.from({ length: 5000 }, () => ({ row: 0, column: 0 })), 1, 1, box, 340, false)
    expect(inSight(made, box, 62, 124, 0, 340)).toEqual([3, 4, 5])
  })
  it('fits pictures by height, width or their own size', () => {
    const items = [item({ meta: { width: 200, height: 100 } }), item()]
    expect(ratioOf(items)).toBe(2)
    expect(mediaSize('image', items, { size: 100, fit: 'height' })).toEqual({ width: 200, height: 100 })
    expect(mediaSize('image', items, { size: 100, fit: 'width' })).toEqual({ width: 100, height: 50 })
    expect(mediaSize('image', items, { size: 50, fit: 'original' })).toEqual({ width: 100, height: 50 })
    expect(boxSize({ width: 10, height: 10 }, 2)).toEqual({ width: 88, height: 48 })
  })
})

describe('captions', () => {
  const listing = {
    runs: [{ id: 'r', name: 'run one', experiment: '', status: 'finished', created: 1 }],
    series: [{ run: 0, name: 'samples', context: { lang: 'de' }, n: 1, step_first: 0, step_last: 0, fields: [0.0001, null] }],
  } as unknown as Listing
  it('says the fields that there are, in order', () => {
    const one = item({ index: 2, meta: { caption: 'a cat\nin two lines' } })
    const lines = captionLines(listing, one, ['caption', 'run.lr', 'run.none', 'run.name', 'series', 'step', 'size', 'epoch'])
    expect(lines.map(({ text }) => text)).toEqual(['a cat', 'lr 1e−4', 'run one', 'samples de', 'step 20, no. 2', '1.2 KB'])
  })
  it('names keys shortly', () => {
    expect(keyWord('metric.context.lang')).toBe('lang')
    expect(keysWords(['run.hparams.lr', '-step'])).toBe('lr, step ↓')
    expect(keysWords([])).toBe('none')
  })
})

describe('histograms', () => {
  const one = { counts: [1, 3], edges: [0, 1, 2] }
  it('brings bins onto common ones without losing any sample', () => {
    expect([...rebin(one, 0, 2, 4)]).toEqual([0.125, 0.125, 0.375, 0.375])
    const counts = fc.array(fc.nat(100), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 50 }), (list, bins) => {
        fc.pre(list.some((count) => count > 0))
        const shares = rebin({ counts: list, edges: Array.from({ length: list.length + 1 }, (_, at) => at / 3) }, 0, list.length / 3, bins)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
      }),
    )
  })
  it('knows mean and spread', () => {
    expect(momentsOf(one)).toMatchObject({ n: 4, mean: 1.25 })
    expect(momentsOf(one).std).toBeCloseTo(Math.sqrt(0.1875))
  })
  it('reads JSON, and nothing else', () => {
    expect(readHistogram(JSON.stringify(one))).toEqual(one)
    for (const bad of ['', '{}', '{"counts": [1], "edges": [1]}', 'null']) expect(readHistogram(bad)).toBeNull()
  })
  it('takes the newest up to a step', () => {
    const steps = [{ step: 0 }, { step: 10 }]
    expect([atStep(steps, null), atStep(steps, 9), atStep(steps, 10), atStep(steps, -5)].map((found) => found?.step)).toEqual([10, 0, 10, 0])
  })
})

describe('tables', () => {
  it('types columns and writes them', () => {
    const table = readTable({ columns: ['word', 'p'], rows: [['der', 0.5], [null, { $float: 'nan' }], ['die', null]] })
    expect(table?.columns.map(({ numeric }) => numeric)).toEqual([false, true])
    expect(table?.columns.map(({ text }) => [0, 1, 2].map(text))).toEqual([['der', '', 'die'], ['.5', 'NaN', '']])
  })
  it('refuses what is none', () => {
    expect([null, 3, {}, { columns: [] }].map(readTable)).toEqual([null, null, null, null])
  })
})

describe('highlight', () => {
  it('cuts a text into what matches and what does not', () => {
    expect(pieces('A cat, a CAT', 'cat')).toEqual([
      { text: 'A ', hit: false },
      { text: 'cat', hit: true },
      { text: ', a ', hit: false },
      { text: 'CAT', hit: true },
    ])
    expect(pieces('dog', 'cat')).toEqual([{ text: 'dog', hit: false }])
  })
  it('loses no letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, find) => {
        expect(pieces(text, find).map((piece) => piece.text).join('')).toBe(text)
      }),
    )
  })
})
