import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What each folder may import, beside itself. `app` is the shell and what all pages share; pages.ts alone knows the views. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  core: [],
  plot: ['core'],
  components: ['core', 'plot'],
  app: ['core', 'plot', 'components'],
  views: ['core', 'plot', 'components', 'app'],
}
/** Pages take nothing from each other; what several need lies in `app`, `components` or `core`. A run shows the Objects page of itself. */
const PAGES: Readonly<Record<string, readonly string[]>> = { run: ['objects'] }
/** What plots share lies in plot itself; `axes` is the place of runs on axes, which two of them draw. */
const PLOTS: Readonly<Record<string, readonly string[]>> = {
  axes: [],
  export: [],
  lines: [],
  parallel: ['axes'],
  scatter: ['axes'],
}

const ROOT = import.meta.dirname
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(ts|svelte)$/.test(file) && !file.endsWith('.test.ts') && file.includes('/'),
)

interface Import {
  readonly from: string
  readonly to: string
}

const imports: readonly Import[] = sources.flatMap((from) =>
  [...readFileSync(join(ROOT, from), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path]) => ({
    from,
    to: relative(ROOT, resolve(ROOT, dirname(from), path ?? '')),
  })),
)

/** Imports that lead from one of the folders at `depth` to another which the rule does not name. */
function astray(rule: Readonly<Record<string, readonly string[]>>, among: readonly Import[], depth: number): string[] {
  return among.flatMap(({ from, to }) => {
    const [here, there] = [from.split('/')[depth] ?? '', to.split('/')[depth] ?? '']
    return here === there || (rule[here] ?? []).includes(there) ? [] : [`${from} imports ${to}`]
  })
}

describe('layers', () => {
  it('know of what lies below them alone', () => {
    expect(imports.length).toBeGreaterThan(100)
    expect(astray(BELOW, imports.filter(({ from }) => from !== 'app/pages.ts'), 0)).toEqual([])
  })

  it('keep pages from each other', () => {
    const within = imports.filter(({ from, to }) => /^views\/\w+\//.test(from) && to.startsWith('views/'))
    expect(within.length).toBeGreaterThan(50)
    expect(astray(PAGES, within, 1)).toEqual([])
  })

  it('keep plots from each other', () => {
    const folder = (path: string): boolean => /^plot\/[^/]+\//.test(path)
    expect(astray(PLOTS, imports.filter(({ from, to }) => folder(from) && folder(to)), 1)).toEqual([])
  })
})
