import { expect, it } from 'vitest'
import { toCsv, toMarkdown } from '../core/table-text'
import type { GridColumn } from './grid'
import { gridText } from './grid-text'

const columns: GridColumn[] = [
  { id: 'name', title: 'run', width: 80, text: (row) => ['a', 'b', 'all'][row] ?? '' },
  { id: 'f1', title: 'value', block: 'f1', group: 'f1 de', width: 80, align: 'end', text: (row) => ['.333', '', '.3 ± .1'][row] ?? '', values: { kind: 'number', values: Float64Array.of(1 / 3, NaN) } },
  { id: 'dots', title: 'scale', width: 80, drawn: true, text: () => '' },
  {
    id: 'band',
    title: 'band',
    width: 80,
    text: () => '.1 – .2',
    full: [
      { title: 'low', text: () => '0.125' },
      { title: 'high', text: () => '0.25' },
    ],
  },
]

it('writes figures for people as they are read, and in full for programs', () => {
  const text = gridText(columns, [0, 1, 2])
  expect(toMarkdown(text).split('\n')[2]).toBe('| a | .333 | .1 – .2 |')
  expect(toCsv(text).split('\r\n').slice(0, 4)).toEqual(['run,f1 de,low,high', `a,${1 / 3},0.125,0.25`, 'b,,0.125,0.25', 'all,.3 ± .1,0.125,0.25'])
})
