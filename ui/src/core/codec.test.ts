import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, readable, type Field, type Fields, type StateOf } from './codec'
import { metricExpression, REDUCERS } from './run-columns'
import { selectorText } from './selector'
import { METRICS, PARAMS, RUN, RUNS } from './view-state'

/** Any state of a page: each value is drawn by the kind of its fallback. */
function states<F extends Fields>(fields: F): fc.Arbitrary<StateOf<F>> {
  const entries = Object.entries(fields).map(([key, field]) => [key, valueOf(field)] as const)
  return fc.record(Object.fromEntries(entries)) as fc.Arbitrary<StateOf<F>>
}

const context = fc.dictionary(
  fc.stringMatching(/^[a-z_]{1,6}$/),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom('de', 'dev', 'true', '1', 'a,b', 'x=y', '{', '"')),
  { maxKeys: 3 },
)
const selector = fc.record({ name: fc.stringMatching(/^[\w./*-]{1,8}$/), context }).map(selectorText)
const metric = fc
  .record({ name: fc.string({ minLength: 1 }), context, reducer: fc.constantFrom(...REDUCERS) })
  .map(metricExpression)
const anyText = fc.oneof(fc.string({ minLength: 1 }), selector, metric, metric.map((text) => `-${text}`))

function valueOf(field: Field<unknown>): fc.Arbitrary<unknown> {
  const { fallback } = field
  if (Array.isArray(fallback)) return fc.array(anyText.map((text) => (field.read([text]) as string[])[0] ?? 'x'), { maxLength: 4 })
  if (typeof fallback === 'boolean') return fc.boolean()
  if (typeof fallback === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
  if (fallback === null) return fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0))
  return anyText.map((text) => field.read([text]) ?? fallback)
}

describe.each([
  ['runs', RUNS],
  ['metrics', METRICS],
  ['params', PARAMS],
  ['run', RUN],
] as [string, Fields][])('the address of the %s page', (_, fields) => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(states(fields), (state) => {
        expect(decode(fields, encode(fields, state))).toEqual(state)
      }),
    )
  })
  it('is empty for the default state', () => {
    expect(encode(fields, decode(fields, ''))).toBe('')
  })
  it('survives the URL parser of the browser', () => {
    fc.assert(
      fc.property(states(fields), (state) => {
        const url = new URL(`http://localhost/page${encode(fields, state)}`)
        expect(decode(fields, url.search)).toEqual(state)
      }),
    )
  })
  it('never fails on what anyone types', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (query) => {
        expect(() => decode(fields, `?${query}`)).not.toThrow()
      }),
    )
  })
})

describe('the address', () => {
  it('reads as a person would write it', () => {
    const state = { ...decode(METRICS, ''), q: 'run.lr > 1e-5', m: ['f1{"lang": "de"}', 'loss'], c: ['run.hparams.lr'] }
    expect(encode(METRICS, state)).toBe('?q=run.lr+>+1e-5&m=f1{lang=de}&m=loss&c=run.hparams.lr')
  })
  it('writes metric columns short, also when they sort downwards', () => {
    const sort = '-run.metrics["acc", {"lang": "en", "subset": "dev"}].last'
    expect(encode(RUNS, { ...decode(RUNS, ''), sort: [sort] })).toBe('?sort=-last(acc{lang=en,subset=dev})')
    expect(decode(RUNS, '?sort=-last(acc{lang=en,subset=dev})').sort).toEqual([sort])
  })
  it('tells an empty list from the default one', () => {
    const state = { ...decode(RUNS, ''), add: [] }
    expect(encode(RUNS, state)).toBe('?add=')
    expect(decode(RUNS, '?add=').add).toEqual([])
    expect(decode(RUNS, '').add).toEqual(['auto'])
  })
  it('falls back where a value cannot be read', () => {
    expect(decode(METRICS, '?x=&ys=cubic&xmin=left&fold=yes')).toMatchObject({ ys: 'lin', xmin: null, fold: false })
  })
  it('keeps what would change its meaning encoded', () => {
    expect(readable('a&b=c#d+e%')).toBe('a%26b=c%23d%2Be%25')
  })
})
