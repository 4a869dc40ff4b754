import { expect, it } from 'vitest'
import { choices, commands } from './commands'

it('offers what the parts of the page in view do, asked anew each time, until they go', () => {
  let folded = false
  const done: string[] = []
  const gone = commands.register('Metrics', () => [{ title: folded ? 'Unfold' : 'Fold', run: () => void done.push('fold') }])
  const goneToo = commands.register('Metrics', () => [{ title: 'Zoom out', run: () => undefined }])
  expect(commands.all().map(({ id, kind }) => [id, kind])).toEqual([
    ['Metrics Fold', 'Metrics'],
    ['Metrics Zoom out', 'Metrics'],
  ])
  folded = true
  expect(commands.all()[0]!.title).toBe('Unfold')
  commands.all()[0]!.run()
  expect(done).toEqual(['fold'])
  gone()
  expect(commands.all().map(({ title }) => title)).toEqual(['Zoom out'])
  goneToo()
  expect(commands.all()).toEqual([])
})

it('offers the options of a control that are not chosen', () => {
  const options = [
    { value: 'lin', label: 'linear' },
    { value: 'log', label: 'log' },
  ] as const
  const chosen: string[] = []
  const offered = choices('Y scale', options, 'lin', (value) => chosen.push(value), 'logarithmic')
  expect(offered.map(({ title, words }) => [title, words])).toEqual([['Y scale: log', 'logarithmic']])
  offered[0]!.run()
  expect(chosen).toEqual(['log'])
})
