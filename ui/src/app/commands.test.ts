import { expect, it } from 'vitest'
import { commands } from './commands'

it('offers what the pages in view do, asked anew each time, until they go', () => {
  let folded = false
  const done: string[] = []
  const gone = commands.register('Metrics', () => [{ title: folded ? 'Unfold' : 'Fold', run: () => done.push('fold') }])
  expect(commands.all().map(({ id, kind, title }) => [id, kind, title])).toEqual([['Metrics Fold', 'Metrics', 'Fold']])
  folded = true
  expect(commands.all().map(({ title }) => title)).toEqual(['Unfold'])
  commands.all()[0]!.run()
  expect(done).toEqual(['fold'])
  gone()
  expect(commands.all()).toEqual([])
})

it('keeps the page that came when the one before goes later', () => {
  const gone = commands.register('Metrics', () => [{ title: 'old', run: () => undefined }])
  const goneToo = commands.register('Metrics', () => [{ title: 'new', run: () => undefined }])
  gone()
  expect(commands.all().map(({ title }) => title)).toEqual(['new'])
  goneToo()
})
