/**
 * Metric selectors: a name or glob with an optional subset of the context.
 *
 * The API writes `f1{"lang": "de"}`; addresses and chips write the shorter `f1{lang=de}`. Both are parsed here, and
 * nowhere else.
 */
import type { Context, Json } from './wire'

export interface Selector {
  name: string
  context: Context
}

/** JSON with sorted keys, as the server writes contexts. */
export function contextJson(context: Context): string {
  const keys = Object.keys(context).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(context[key])}`).join(', ')}}`
}

export function selectorText({ name, context }: Selector): string {
  return Object.keys(context).length ? `${writtenName(name)}${contextJson(context)}` : writtenName(name)
}

function writtenName(name: string): string {
  return regexOf(name) === null && /^"|\{/.test(name) ? JSON.stringify(name) : name
}

/** A JSON string that is the whole text, or has a context behind it: a name with braces or quotes of its own. */
const QUOTED = /^"(?:[^"\\]|\\.)*"(?=\{|$)/u

/** The key in which contexts differ, if it is one alone. */
export function differingKey(contexts: readonly Context[]): string | undefined {
  const keys = new Set(contexts.flatMap((context) => Object.keys(context)))
  const differing = [...keys].filter((key) => new Set(contexts.map((context) => JSON.stringify(context[key]))).size > 1)
  return differing.length === 1 ? differing[0] : undefined
}

/** Names that begin so are patterns, found anywhere in a name: `re:^val/`. */
const REGEX = 're:'

/** The pattern of a selector by regular expression; null for names and globs. */
export function regexOf(name: string): string | null {
  return name.startsWith(REGEX) ? name.slice(REGEX.length) : null
}

export const regexName = (pattern: string): string => REGEX + pattern

/** `/^val/` for a pattern; names and globs as they are. */
export function nameText(name: string): string {
  const pattern = regexOf(name)
  return pattern === null ? name : `/${pattern}/`
}

/** Reads both forms. Braces are part of patterns, so their context begins with a quoted key. A brace that closes nothing readable stays part of the name. */
export function parseSelector(text: string): Selector {
  const quoted = parseQuoted(text)
  if (quoted) return quoted
  const brace = text.indexOf(text.startsWith(REGEX) ? '{"' : '{')
  if (brace <= 0 || !text.endsWith('}')) return { name: text, context: {} }
  const context = parseContext(text.slice(brace))
  return context ? { name: text.slice(0, brace), context } : { name: text, context: {} }
}

function parseQuoted(text: string): Selector | null {
  const quoted = QUOTED.exec(text)?.[0]
  if (quoted === undefined) return null
  try {
    const name = JSON.parse(quoted) as string
    const context = quoted.length === text.length ? {} : parseContext(text.slice(quoted.length))
    return context && { name, context }
  } catch {
    return null
  }
}

export function parseContext(text: string): Context | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Context) : null
  } catch {
    return parseShortContext(text)
  }
}

function parseShortContext(text: string): Context | null {
  const inner = text.slice(1, -1).trim()
  if (!inner) return {}
  const context: Context = {}
  for (const part of inner.split(',')) {
    const equals = part.indexOf('=')
    if (equals <= 0) return null
    context[part.slice(0, equals).trim()] = bareValue(part.slice(equals + 1).trim())
  }
  return context
}

function bareValue(text: string): Json {
  if (text === 'true' || text === 'false' || text === 'null' || /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text))
    return JSON.parse(text) as Json
  return text
}

/** The short form when it reads back to the same selector, else the JSON form. */
export function shortSelector(text: string): string {
  const selector = parseSelector(text)
  const entries = Object.entries(selector.context).sort(([a], [b]) => (a < b ? -1 : 1))
  if (!entries.length || regexOf(selector.name) !== null) return text
  const plain = /^[^{}[\]",=\s()]+$/u
  const short = `${writtenName(selector.name)}{${entries.map(([key, value]) => `${key}=${String(value)}`).join(',')}}`
  const readable = entries.every(
    ([key, value]) => plain.test(key) && plain.test(String(value)) && bareValue(String(value)) === value,
  )
  return readable ? short : selectorText(selector)
}

/** `de · dev`: the values alone, in the order of the keys, for places where the keys are known. */
export function contextLabel(context: Context): string {
  return Object.keys(context)
    .sort()
    .map((key) => String(context[key]))
    .join(', ')
}
