/** The golden answers of the server (tests/golden/api), compiled against the types of wire.ts: neither changes alone. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const TYPES = {
  project: 'Project',
  pickers: 'Pickers',
  run: 'RunDetails',
  'run-full': 'RunDetails',
  siblings: 'Siblings',
  'objects-of-all': 'ObjectListing',
  console: 'ConsolePage',
  'runs-arrow-meta': 'RunsMeta',
  'lines-meta': 'LinesMeta',
}
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
}
const WIRE = readFileSync(new URL('wire.ts', import.meta.url), 'utf8')

/** The answer as a literal in TypeScript, so that fields which wire.ts does not know are errors, too. */
function sourceOf(name: string, type: string): string {
  const answer = readFileSync(new URL(`../../../tests/golden/api/${name}.json`, import.meta.url), 'utf8')
  const whole = answer.replace(/"(generation|ms)": "…"/g, '"$1": 0') // what differs from time to time
  return `${WIRE}\nexport const answer: ${type} = ${whole}`
}

function complaints(sources: ReadonlyMap<string, string>): string[] {
  const host = ts.createCompilerHost(OPTIONS)
  const { getSourceFile, fileExists } = host
  host.fileExists = (path) => sources.has(path) || fileExists(path)
  host.getSourceFile = (path, ...rest) => {
    const text = sources.get(path)
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
  }
  const program = ts.createProgram([...sources.keys()], OPTIONS, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
}

const virtual = (name: string): string => fileURLToPath(new URL(`${name}.answer.ts`, import.meta.url)).replaceAll('\\', '/')

describe('the types of answers', () => {
  it('are those of the golden answers', { timeout: 60_000 }, () => {
    const sources = Object.entries(TYPES).map(([name, type]) => [virtual(name), sourceOf(name, type)] as const)
    expect(complaints(new Map(sources))).toEqual([])
  })

  it('are told apart from other answers', { timeout: 60_000 }, () => {
    const found = complaints(
      new Map([
        [virtual('lacking'), `${WIRE}\nexport const answer: NamedCount = { name: 'lab' }`],
        [virtual('unknown'), `${WIRE}\nexport const answer: NamedCount = { name: 'lab', runs: 1, new: 1 }`],
      ]),
    )
    expect(found.map((text) => /Property 'runs' is missing|'new' does not exist/.exec(text)?.[0])).toEqual([
      "Property 'runs' is missing",
      "'new' does not exist",
    ])
  })
})
