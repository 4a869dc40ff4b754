import { describe, expect, it } from 'vitest'
import { MERGE_METHODS, mergeRecipe, whyNoMerge, type MergeMethod } from './merge-recipe'

const models = [
  { id: 'a1', name: 'first' },
  { id: 'b2', name: 'with # and\nlines' },
]
const method = (name: string): MergeMethod => MERGE_METHODS.find((one) => one.name === name)!

describe('a recipe', () => {
  it('names the runs, with what they are called beside them', () => {
    expect(mergeRecipe(method('uniform'), models, '')).toBe(
      'models:\n  - model: run:a1  # first\n  - model: run:b2  # with # and lines\nmerge_method: uniform\n',
    )
  })
  it('has the base and the parameters that the method knows', () => {
    expect(mergeRecipe(method('ties'), models, ' org/base ')).toContain(
      '    parameters:\n      weight: 1\nmerge_method: ties\nbase_model: org/base\nparameters:\n  density: 0.2\n  lambda: 1\n',
    )
  })
  it('gives each model its part in a mean', () => {
    expect(mergeRecipe(method('linear'), [...models, ...models], '')).toContain('weight: 0.25')
  })
  it('goes from the first model to the second', () => {
    expect(mergeRecipe(method('slerp'), models, 'ignored')).toContain('base_model: run:a1\nparameters:\n  t: 0.5\n')
  })
  it('quotes a folder that YAML would read as something else', () => {
    expect(mergeRecipe(method('ties'), models, 'my base: v2')).toContain('base_model: "my base: v2"')
  })
})

describe('runs that cannot be merged', () => {
  it('are told why', () => {
    expect(whyNoMerge(method('uniform'), models.slice(1), '')).toContain('two runs')
    expect(whyNoMerge(method('slerp'), [...models, ...models], '')).toContain('takes 2 models')
    expect(whyNoMerge(method('ties'), models, ' ')).toContain('needs the model')
    expect(whyNoMerge(method('ties'), models, 'base')).toBeNull()
  })
})
