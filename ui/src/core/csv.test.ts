import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCsv } from './csv'

it('reads quotes, line breaks within them, and both kinds of line ends', () => {
  expect(parseCsv('a,b\r\n"x, ""y""","1\n2"\n,\n', 10)).toEqual([['a', 'b'], ['x, "y"', '1\n2'], ['', '']])
  expect(parseCsv('a\tb\n1\t2', 10, '\t')).toEqual([['a', 'b'], ['1', '2']])
})
it('stops where enough is read', () => expect(parseCsv('a\nb\nc\n', 2)).toEqual([['a'], ['b']]))
it('reads back whatever was quoted', () => {
  const cell = fc.string()
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 5 }), (rows) => {
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n')
      expect(parseCsv(text, 100)).toEqual(rows)
    }),
  )
})
