import { expect, it } from 'vitest'
import { paramMatches, paramTree } from './param-tree'

const PARAMS = { hparams: { lr: 1e-4, optim: { name: 'adam', betas: [0.9, 0.999] } }, dry: false, extra: {} }
const lines = (find: string, closed: string[] = []): string[] =>
  paramTree(PARAMS, paramMatches(find), new Set(closed)).map(({ path, depth, leaves }) => `${depth} ${path}${leaves === undefined ? '' : ` (${leaves})`}`)

it('lists branches before their leaves', () => {
  expect(lines('')).toEqual(['0 hparams (3)', '1 hparams.lr', '1 hparams.optim (2)', '2 hparams.optim.name', '2 hparams.optim.betas', '0 dry', '0 extra'])
})
it('keeps the way to what is found, by path or value', () => {
  expect(lines('adam')).toEqual(['0 hparams (1)', '1 hparams.optim (1)', '2 hparams.optim.name'])
  expect(lines('optim .99')).toEqual(['0 hparams (1)', '1 hparams.optim (1)', '2 hparams.optim.betas'])
})
it('hides what is below a closed branch, at any depth', () => {
  expect(lines('', ['hparams.optim'])).toEqual(['0 hparams (3)', '1 hparams.lr', '1 hparams.optim (2)', '0 dry', '0 extra'])
  expect(lines('', ['hparams'])).toEqual(['0 hparams (3)', '0 dry', '0 extra'])
})
