import { describe, expect, it } from 'vitest'
import { answer, drawing, fold, RATES, row, tokens } from './metrics.fixture'
import { buildScene, seriesNamer } from './scene'

const noKeys = drawing({ colored: false })

describe('buildScene', () => {
  it('colours groups along the ramp and names them as powers', () => {
    const scene = buildScene(answer([row(), row({ run: 'r2', color: 1 })], RATES), drawing())
    expect(scene.groups.map(({ key, label, color }) => [key, label, color])).toEqual([
      ['=0.001', '1e−3', '#000000'],
      ['=0.01', '1e−2', '#ffffff'],
    ])
    expect(scene.facets[0]!.lines.map((line) => line.color)).toEqual(['#000000', '#ffffff'])
  })

  it('names groups of colour and stroke by both', () => {
    const strokes = ['adam', 'sgd'].map((label) => ({ label, key: { 'run.optim': label } }))
    const scene = buildScene(answer([row({ color: 1, stroke: 1 })], { ...RATES, strokes }), drawing())
    expect(scene.groups.map(({ key, label, dash }) => [key, label, dash])).toEqual([['=0.01|sgd', 'lr 1e−2, sgd', 1]])
  })

  it('titles a chart by metric and keys, and counts its runs and groups', () => {
    const [facet] = buildScene(answer([row({ nNan: 2 }), row({ run: 'r2', color: 1, nInf: 1 })], RATES), drawing()).facets
    expect(facet).toMatchObject({ title: 'f1', keys: [{ name: 'lang', value: 'de' }], short: 'de', runs: 2, groups: 2, nNan: 2, nInf: 1 })
  })

  it('draws folds alone, traces behind them when asked, else keeps them for hover and pins', () => {
    const rows = [fold(), row(), row({ run: 'r2' })]
    const weights = (more: object): string[] => buildScene(answer(rows), drawing(more)).facets[0]!.lines.map((line) => line.weight)
    expect(weights({ fold: true })).toEqual(['line', 'latent', 'latent'])
    expect(weights({ fold: true, traces: true })).toEqual(['line', 'ghost', 'ghost'])
    expect(weights({})).toEqual(['line', 'line'])
  })

  it('names a line the same when another run joins, so that hover and pins stay on it', () => {
    const ids = (rows: Parameters<typeof answer>[0]): string[] => buildScene(answer(rows), drawing()).facets[0]!.lines.map((line) => line.id)
    expect(ids([row({ run: 'r0' }), row()])[1]).toBe(ids([row()])[0])
    const alone = buildScene(answer([row()]), noKeys).facets[0]!.lines[0]!.id
    expect(buildScene(answer([row(), row({ run: 'r2' })]), noKeys).facets[0]!.lines[0]!.id).toBe(alone)
    const tagged = buildScene(answer([row(), row({ color: 1 })], RATES), drawing()).facets[0]!.lines
    expect(new Set(tagged.map((line) => line.id)).size).toBe(2)
    expect(new Set(ids([row(), row({ context: '{"lang": "de"}' }), row({ name: 'loss' }), row({ run: 'r2' })])).size).toBe(4)
  })

  it('leaves out hidden runs and groups, not their place in the table', () => {
    const rows = [row(), row({ run: 'r2', color: 1 })]
    const scene = buildScene(answer(rows, RATES), drawing({ hidden: new Set(['r1']) }))
    expect(scene.facets[0]!.lines.map((line) => line.run)).toEqual(['r2'])
    expect(buildScene(answer(rows, RATES), drawing({ hidden: new Set(['=0.01']) })).facets[0]!.lines).toHaveLength(1)
    expect(scene.groups).toHaveLength(2)
  })

  it('gives a few runs colours of their own when no key was chosen', () => {
    const scene = buildScene(answer([row(), row({ run: 'r2' })]), noKeys)
    expect(scene.groups.map(({ label, color }) => [label, color])).toEqual([
      ['name of r1', '#c1'],
      ['name of r2', '#c2'],
    ])
  })

  it('tells the contexts of a single run apart', () => {
    const rows = ['de', 'en'].map((lang) => row({ context: `{"lang": "${lang}", "subset": "dev"}` }))
    expect(buildScene(answer(rows), noKeys).facets[0]!.lines.map((line) => line.label)).toEqual(['de', 'en'])
  })

  it('leaves many runs in one colour', () => {
    const rows = Array.from({ length: 9 }, (_, i) => row({ run: `r${i}` }))
    expect(new Set(buildScene(answer(rows), noKeys).facets[0]!.lines.map((line) => line.color))).toEqual(new Set(['#c1']))
  })

  it('changes the dash where eight colours start again', () => {
    const colors = Array.from({ length: 9 }, (_, i) => ({ label: `g${i}`, key: { 'run.g': `g${i}` } }))
    const rows = colors.map((_, color) => row({ run: `r${color}`, color }))
    const groups = buildScene(answer(rows, { colors }), drawing()).groups
    expect([groups[0]!.dash, groups[8]!.dash, groups[8]!.color]).toEqual([0, 1, tokens.categories[0]])
  })

  it('counts no run twice that is in two groups', () => {
    const rows = [fold({ runs: 2 }), fold({ runs: 2, color: 1 })]
    expect(buildScene(answer(rows, { ...RATES, runs: 3 }), drawing({ fold: true })).facets[0]!.runs).toBe(3)
  })

  it('marks lines that still grow, and drops charts without lines', () => {
    const charts = [{ label: 'de', key: {} }, { label: 'en', key: {} }]
    const scene = buildScene(answer([row({ status: 'running' })], { charts }), drawing())
    expect(scene.facets.map((facet) => facet.id)).toEqual(['de'])
    expect(scene.facets[0]!.lines[0]!.live).toBe(true)
  })
})

describe('seriesNamer', () => {
  it('uses only what differs', () => {
    const rows = [row({ context: '{"lang": "de", "subset": "dev"}' }), row({ context: '{"lang": "en", "subset": "dev"}' })]
    expect(rows.map(seriesNamer(rows))).toEqual(['de', 'en'])
    const names = [row({ name: 'f1', context: '{"lang": "de"}' }), row({ name: 'loss' })]
    expect(names.map(seriesNamer(names))).toEqual(['f1 de', 'loss'])
    expect(seriesNamer([row()])(row())).toBe('f1')
  })
})
