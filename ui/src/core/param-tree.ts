/** Nested params as the lines of a tree. */
import { formatParam } from './format'
import type { Json } from './wire'

export interface ParamLine {
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  readonly depth: number
  /** Leaves have a value, branches the number of leaves below them. */
  readonly value?: Json
  readonly leaves?: number
}

type Keep = (path: string, value: Json) => boolean

/** Branches stand before what is below them; those without a leaf that `keep` wants are left out. */
export function paramTree(params: { [key: string]: Json }, keep: Keep, closed: ReadonlySet<string> = new Set()): ParamLine[] {
  return below(params, '', 0, keep, closed)
}

function below(params: { [key: string]: Json }, prefix: string, depth: number, keep: Keep, closed: ReadonlySet<string>): ParamLine[] {
  return Object.entries(params).flatMap(([name, value]): ParamLine[] => {
    const path = prefix ? `${prefix}.${name}` : name
    if (!isBranch(value)) return keep(path, value) ? [{ path, name, depth, value }] : []
    const lines = below(value, path, depth + 1, keep, new Set())
    const leaves = lines.filter((line) => line.leaves === undefined).length
    if (!leaves) return []
    return [{ path, name, depth, leaves }, ...(closed.has(path) ? [] : below(value, path, depth + 1, keep, closed))]
  })
}

function isBranch(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}

/** Whether all words typed stand somewhere in the path or the value. */
export function paramMatches(find: string): Keep {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  return (path, value) => {
    const said = `${path} ${formatParam(value)}`.toLowerCase()
    return words.every((word) => said.includes(word))
  }
}
