import { describe, expect, it } from 'vitest'
import type { RunsTable } from '../../core/runs-table'
import { buildScene } from '../../plot/axes/scene'
import { axisInput, labels, numbers } from '../../plot/axes/testing'
import { plotColumns } from './columns'
import { extraColumns, type Look, sceneInput } from './scene-input'
import { cellText, defaultSort, selectedFirst, sortedRuns, standing, tableCsv } from './table'

const scene = buildScene({
  axes: [
    axisInput(numbers([1e-3, 1e-4, 1e-3, 1e-4]), { key: 'lr', title: 'lr' }),
    axisInput(labels(['b', null, 'a "x", y', 'b']), { key: 'tech', title: 'tech' }),
    axisInput(numbers([0.7, 0.9, NaN, null]), { key: 'en', title: 'f1 en', goal: 'max' }),
  ],
  ids: ['r0', 'r1', 'r2', 'r3'],
  names: ['zero', 'one', 'two', 'three'],
  colourKey: null,
  colourMode: 'rank',
  curved: false,
})
const mask = { selected: Uint8Array.of(1, 0, 1, 0), count: 2 }

describe('rows', () => {
  it('start with the best by the axis that gives the colour', () => {
    expect(defaultSort(scene)).toEqual(['-en'])
    expect([...sortedRuns(scene, ['-en'])].slice(0, 2)).toEqual([1, 0])
  })

  it('follow several keys and ignore unknown ones', () => {
    expect([...sortedRuns(scene, ['gone', 'lr', '-tech'])]).toEqual([3, 1, 0, 2])
  })

  it('keep the run that stands out first, then the selected ones', () => {
    expect([...selectedFirst(sortedRuns(scene, ['lr']), scene, mask)]).toEqual([1, 0, 2, 3])
  })

  it('say how a run stands', () => {
    expect(standing(scene, mask, true, 1)).toBe('best f1 en, outside the brush')
    expect(standing(scene, mask, true, 0)).toBe('in the brush')
    expect(standing(scene, mask, false, 0)).toBe('')
  })
})

describe('cells', () => {
  it('show NaN and leave a missing value empty', () => {
    expect([0, 1, 2, 3].map((run) => cellText(scene.axes[2]!, run))).toEqual(['.700', '.900', 'NaN', ''])
    expect([0, 1].map((run) => cellText(scene.axes[1]!, run))).toEqual(['b', ''])
    expect(cellText(scene.axes[0]!, 1)).toBe('1e−4')
  })

  it('are exported in full', () => {
    expect(tableCsv(scene, [1, 2]).split('\r\n')).toEqual([
      'id,name,lr,tech,f1 en,rank f1 en',
      'r1,one,0.0001,,0.9,1',
      'r2,two,0.001,"a ""x"", y",NaN,',
      '',
    ])
  })
})

function table(): RunsTable {
  const ids = ['r0', 'r1', 'r2']
  return {
    length: 3,
    meta: {
      total: 3,
      matched: 3,
      generation: 1,
      ms: 0,
      columns: [
        { name: 'run.lr', kind: 'param', type: 'number', varying: true },
        { name: 'run.tech', kind: 'param', type: 'mixed', varying: true },
        { name: 'run.gone', kind: 'param', type: 'number', varying: false },
      ],
    },
    id: (row) => ids[row]!,
    name: (row) => `name ${row}`,
    status: () => 'finished',
    tags: () => [],
    rowOf: new Map(ids.map((id, row) => [id, row])),
    columns: new Map([
      ['run.lr', { kind: 'number', values: Float64Array.of(1, NaN, NaN), nan: Uint8Array.of(0, 1, 0) }],
      ['run.tech', { kind: 'word', codes: Int32Array.of(0, -1, 1), words: ['5', 'all'] }],
      ['run.gone', { kind: 'word', codes: Int32Array.of(-1, -1, -1), words: [] }],
    ]),
  }
}

describe('plotColumns', () => {
  it('tells a missing number from one that is NaN', () => {
    const lr = plotColumns(table()).get('run.lr')
    expect(lr?.type === 'number' && [...lr.absent]).toEqual([0, 0, 1])
  })

  it('keeps the type of words, and takes a column of nothing as words', () => {
    const columns = plotColumns(table())
    expect(columns.get('run.tech')?.type).toBe('mixed')
    expect(columns.get('run.gone')?.type).toBe('string')
  })
})

describe('sceneInput', () => {
  const plain: Look = {
    by: '',
    c: [],
    rank: 'rank',
    s: [],
    ch: [],
    off: [],
    tcols: [],
    fold: '',
    band: true,
    tip: [],
    flip: [],
    scale: [],
    range: [],
    hide: [],
    curve: false,
  }
  const state: Look = { ...plain, flip: ['run.lr'], scale: ['log:run.lr'], hide: ['r1'] }

  it('has the columns that were added, and no colour where that is switched off', () => {
    const input = sceneInput(table(), ['run.lr'], undefined, { ...plain, tcols: ['+run.tech', '+run.lr', 'run.lr'], off: ['c'] })
    expect(input.columns?.map(({ key, title }) => [key, title])).toEqual([['run.tech', 'tech']])
    const built = buildScene(input)
    expect([built.colourBy, built.colouring.scale]).toEqual([null, 'none'])
    expect(extraColumns({ ...plain, tcols: ['+run.tech', '+run.tags'], s: ['run.s'], off: ['s'] })).toEqual(['run.tech'])
  })

  it('leaves out hidden runs and axes that have not arrived', () => {
    const input = sceneInput(table(), ['run.tech', 'run.lr', 'run.new', 'run.lr'], undefined, state)
    expect(input.ids).toEqual(['r0', 'r2'])
    expect(input.axes.map((axis) => axis.key)).toEqual(['run.tech', 'run.lr'])
    expect(input.axes.map((axis) => [axis.flipped, axis.scale])).toEqual([
      [false, null],
      [true, 'log'],
    ])
    const { column } = input.axes[0]!
    expect(column.type !== 'number' && [...column.codes]).toEqual([0, 1])
  })
})
