import { expect, it } from 'vitest'
import { previewKind } from './artifact-kind'

const kind = (name: string, mime: string | null, more = {}): unknown => previewKind({ name, mime, sha: 'a', size_bytes: 10, ...more })

it('shows what holds no script, and the rest as text or not at all', () => {
  expect(kind('a.png', 'image/png')).toBe('image')
  expect(kind('a.svg', 'image/svg+xml')).toBe('text')
  expect(kind('a.html', 'text/html')).toBe('text')
  expect(kind('a.csv', null)).toBe('table')
  expect(kind('a.tsv', 'text/tab-separated-values')).toBe('table')
  expect(kind('a.json', 'application/json')).toBe('json')
  expect(kind('notes.md', null)).toBe('text')
  expect(kind('model.bin', 'application/octet-stream')).toBeNull()
  expect(kind('a.png', 'image/png', { sha: null })).toBeNull()
  expect(kind('a.csv', 'text/csv', { size_bytes: 20_000_000 })).toBeNull()
})
