import { describe, expect, it } from 'vitest'
import type { Pickers } from '../../core/wire'
import { metricChips, partChoices } from './chips'

const f1 = (lang: string, subset: string): string => `f1{"lang": "${lang}", "subset": "${subset}"}`
const contexts = ['de', 'es', 'zh'].flatMap((lang) => ['dev', 'test'].map((subset) => ({ context: { lang, subset }, runs: 4 })))
const pickers: Pickers = {
  experiments: [],
  tags: [],
  params: [],
  metrics: [{ name: 'f1', kind: 'float', runs: 4, contexts, goal: 'max' }],
}
const brief = (selected: string[]): string[] =>
  metricChips(selected, pickers).map(({ name, common, parts }) => `${name} ${common}: ${parts.map(({ label }) => label).join(' ')}`)

describe('metricChips', () => {
  it('puts the contexts of a metric that differ in one key into one chip', () => {
    expect(brief([f1('de', 'dev'), f1('es', 'dev'), f1('zh', 'dev')])).toEqual(['f1 dev: de es zh'])
  })
  it('keeps apart what differs in a second key, in the order chosen', () => {
    expect(brief(['loss', f1('de', 'test'), f1('de', 'dev'), f1('es', 'test')])).toEqual(['loss : loss', 'f1 test: de es', 'f1 dev: de'])
  })
  it('keeps a part of a context apart from a whole one', () => {
    expect(brief(['f1{"lang": "de"}', f1('de', 'dev')])).toEqual(['f1 : de', 'f1 dev: de'])
  })
  it('names the key of what is no word', () => {
    expect(brief(['system.gpu{"gpu": 0}', 'system.gpu{"gpu": 1}'])).toEqual(['system.gpu : gpu 0 gpu 1'])
  })
  it('loses no selector and invents none', () => {
    const selected = ['loss', f1('de', 'dev'), 'loss*', f1('zh', 'test'), 'f1{"lang": "es"}', 'f1']
    const parts = metricChips(selected, pickers).flatMap((chip) => chip.parts.map(({ selector }) => selector))
    expect(parts.sort()).toEqual([...selected].sort())
  })
})

describe('partChoices', () => {
  it('offers the values of the key where the rest of the context is the same', () => {
    const [chip] = metricChips([f1('de', 'dev'), f1('es', 'dev')], pickers)
    expect(partChoices(chip!, pickers).map(({ id }) => id)).toEqual([f1('de', 'dev'), f1('es', 'dev'), f1('zh', 'dev')])
  })
  it('offers nothing for a metric in every context', () => {
    expect(partChoices(metricChips(['f1'], pickers)[0]!, pickers)).toEqual([])
  })
})
