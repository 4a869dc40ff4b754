import { expect, it } from 'vitest'
import { toYaml } from './yaml'

it('nests by indentation and quotes what would be read as something else', () => {
  const params = { lr: 1e-4, optim: { name: 'adam', betas: [0.9, 0.999], extra: {} }, head: null, dry: false, word: 'yes', date: '2026-01-01', text: 'a: b', empty: [], 'odd key:': 'a b' }
  expect(toYaml(params)).toBe(
    `lr: 0.0001
optim:
  name: adam
  betas:
    - 0.9
    - 0.999
  extra: {}
head: null
dry: false
word: "yes"
date: "2026-01-01"
text: "a: b"
empty: []
"odd key:": a b
`,
  )
})

it('nests lists of objects', () => {
  expect(toYaml({ layers: [{ size: 3 }, [1, 2]] })).toBe('layers:\n  -\n    size: 3\n  -\n    - 1\n    - 2\n')
})
