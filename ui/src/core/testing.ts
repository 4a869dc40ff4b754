/** Small answers of the server, made for tests. */
import { bool, dictionary, float64, int32, tableFromArrays, tableToIPC, utf8, type DataType } from '@uwdata/flechette'
import type { Pickers, RunsMeta } from './wire'

export const PICKERS: Pickers = {
  experiments: [{ name: 'pos', runs: 3 }],
  tags: [{ name: 'lab', runs: 2 }],
  params: [
    { path: 'hparams.lr', expression: 'run.hparams.lr', runs: 3, kinds: ['float'], distinct: 3, values: [1e-4, 1e-3, 1e-2] },
    { path: 'hparams.optim.name', expression: 'run.hparams.optim.name', runs: 3, kinds: ['str'], distinct: 2, values: ['adam', 'sgd'] },
    { path: 'debug', expression: 'run.debug', runs: 3, kinds: ['bool'], distinct: 1, values: [false] },
  ],
  metrics: [
    {
      name: 'f1',
      kind: 'float',
      runs: 3,
      goal: 'max',
      contexts: [
        { context: { lang: 'de', subset: 'dev' }, runs: 3 },
        { context: { lang: 'de', subset: 'test' }, runs: 3 },
        { context: { lang: 'es', subset: 'dev' }, runs: 3 },
      ],
    },
    { name: 'loss', kind: 'float', runs: 3, goal: 'min', contexts: [{ context: { subset: 'train' }, runs: 3 }] },
    { name: 'sample', kind: 'text', runs: 3, goal: 'max', contexts: [{ context: {}, runs: 3 }] },
    { name: 'system.cpu', kind: 'float', runs: 3, goal: 'max', contexts: [{ context: {}, runs: 3 }] },
  ],
}

/** Bytes of /api/runs.arrow for columns given as plain arrays. */
export function runsArrow(columns: Record<string, unknown[]>, meta: Partial<RunsMeta>): Uint8Array {
  const types: Record<string, DataType> = {}
  for (const [name, values] of Object.entries(columns)) types[name] = typeOf(values)
  const table = tableFromArrays(columns, { types })
  const rows = Object.values(columns)[0]?.length ?? 0
  const full: RunsMeta = { total: rows, matched: rows, generation: 1, ms: 1, columns: [], ...meta }
  table.schema.metadata = new Map([['ridgeline', JSON.stringify(full)]])
  const bytes = tableToIPC(table, { format: 'stream' })
  if (!bytes) throw new Error('flechette wrote nothing')
  return bytes
}

function typeOf(values: unknown[]): DataType {
  const some = values.find((value) => value !== null)
  if (typeof some === 'number') return float64()
  if (typeof some === 'boolean') return bool()
  return dictionary(utf8(), int32())
}
