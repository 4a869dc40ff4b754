/** Nested params as rows: pages show them flat, by dotted path. */
import type { Json } from './wire'

export interface ParamRow {
  path: string
  value: Json
}

/** Leaves in the order they were given; lists and empty objects are leaves. */
export function flattenParams(params: { [key: string]: Json }, prefix = ''): ParamRow[] {
  return Object.entries(params).flatMap(([key, value]) => {
    const path = prefix ? `${prefix}.${key}` : key
    const isNode = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
    return isNode ? flattenParams(value, path) : [{ path, value }]
  })
}

/** The rows whose path is in `first`, then the others. */
export function splitParams(rows: readonly ParamRow[], first: readonly string[]): [ParamRow[], ParamRow[]] {
  const wanted = new Set(first)
  return [rows.filter(({ path }) => wanted.has(path)), rows.filter(({ path }) => !wanted.has(path))]
}

/** A command line as it would be typed: arguments with blanks in quotes. */
export function commandText(command: Json | undefined): string {
  if (typeof command === 'string') return command
  if (!Array.isArray(command)) return ''
  return command.map((part) => (/^[\w@%+=:,./-]+$/.test(String(part)) ? String(part) : `'${String(part).replace(/'/g, `'\\''`)}'`)).join(' ')
}
