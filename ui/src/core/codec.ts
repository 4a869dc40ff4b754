/**
 * The state of a page as a query string that a person can read and edit.
 *
 * A page lists its fields; the codec turns a state into `?m=f1{lang=de}&x=epoch` and back. Defaults are left out,
 * whatever cannot be read falls back to its default, unknown keys are ignored.
 */
import { longColumn, shortColumn } from './run-columns'
import { parseSelector, selectorText, shortSelector } from './selector'

export interface Field<T> {
  readonly fallback: T
  /** The values to write under the field's key; none when the value is the default. */
  write(value: T): string[]
  /** Reads all values of the key; undefined when they cannot be read. */
  read(texts: string[]): T | undefined
}

export type Fields = Record<string, Field<unknown>>
export type StateOf<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never }

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])

export function text(fallback = ''): Field<string> {
  return {
    fallback,
    write: (value) => (value === fallback ? [] : [value]),
    read: (texts) => texts[0],
  }
}

export function oneOf<const T extends string>(options: readonly T[], fallback: NoInfer<T>): Field<T> {
  return {
    fallback,
    write: (value) => (value === fallback ? [] : [value]),
    read: (texts) => options.find((option) => option === texts[0]),
  }
}

export function flag(fallback = false): Field<boolean> {
  return {
    fallback,
    write: (value) => (value === fallback ? [] : [value ? '1' : '0']),
    read: (texts) => (texts[0] === '1' ? true : texts[0] === '0' ? false : undefined),
  }
}

export function number(fallback: number): Field<number> {
  return {
    fallback,
    write: (value) => (value === fallback ? [] : [String(value)]),
    read: (texts) => finite(texts[0]),
  }
}

/** A number that need not be there. */
export function optional(): Field<number | null> {
  return {
    fallback: null,
    write: (value) => (value === null ? [] : [String(value)]),
    read: (texts) => finite(texts[0]),
  }
}

/** Repeated key, one value each. An empty list that is not the default is written as one empty value. */
export function list(fallback: readonly string[] = []): Field<string[]> {
  return mapped(fallback, (value) => value, (value) => value)
}

/** Metric selectors; the state holds the form of the API, the address the short one. */
export function selectors(fallback: readonly string[] = []): Field<string[]> {
  return mapped(fallback, shortSelector, (value) => selectorText(parseSelector(value)))
}

const ALIGNMENTS = ['step', 'epoch', 'relative', 'absolute']
const BY_METRIC = 'metric:'

/** What x is: a word, or the selector of a metric, which the address writes short. */
export function alignment(): Field<string> {
  const fallback = 'step'
  const translated = (text: string, by: (selector: string) => string): string =>
    text.startsWith(BY_METRIC) ? BY_METRIC + by(text.slice(BY_METRIC.length)) : text
  return {
    fallback,
    write: (value) => (value === fallback ? [] : [translated(value, shortSelector)]),
    read: ([text = '']) => {
      if (ALIGNMENTS.includes(text)) return text
      return /^metric:./.test(text) ? translated(text, (selector) => selectorText(parseSelector(selector))) : undefined
    },
  }
}

/** Columns or axes: expressions in the state, `last(f1{lang=de})` in the address. */
export function columns(fallback: readonly string[] = []): Field<string[]> {
  return mapped(fallback, shortColumn, longColumn)
}

/** One column, or none. */
export function column(fallback = ''): Field<string> {
  return {
    fallback,
    write: (value) => (value === fallback ? [] : [shortColumn(value)]),
    read: (texts) => longColumn(texts[0] ?? fallback),
  }
}

/** Something by column, `120:last(f1{lang=de})` in the address; `read` gives undefined for what it cannot take. */
export function byColumn<T>(read: (text: string) => T | undefined): Field<Record<string, T>> {
  return {
    fallback: {},
    write: (value) => Object.entries(value).map(([id, own]) => `${String(own)}:${shortColumn(id)}`),
    read: (texts) =>
      Object.fromEntries(
        texts.flatMap((item): [string, T][] => {
          const colon = item.indexOf(':')
          const own = colon > 0 ? read(item.slice(0, colon)) : undefined
          return own === undefined ? [] : [[longColumn(item.slice(colon + 1)), own]]
        }),
      ),
  }
}

function mapped(
  fallback: readonly string[],
  toText: (value: string) => string,
  fromText: (text: string) => string,
): Field<string[]> {
  return {
    fallback: [...fallback],
    write: (value) => (same(value, fallback) ? [] : value.length ? value.map(toText) : ['']),
    read: (texts) => (texts.length ? texts.filter((item) => item !== '').map(fromText) : undefined),
  }
}

export function finite(value: string | undefined): number | undefined {
  if (value === undefined || value.trim() === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** Percent-encodes only what would change the meaning of a query string; blanks become `+`. */
export function readable(value: string): string {
  return encodeURIComponent(value)
    .replace(/%20/g, '+')
    .replace(/%(2C|3A|2F|5B|5D|7B|7D|3D|40|24|3B|3F|3C|3E|7C)/g, (escaped) => decodeURIComponent(escaped))
}

/** `?q=…&m=…`, or the empty string when all is default. */
export function encode<F extends Fields>(fields: F, state: StateOf<F>): string {
  const parts: string[] = []
  for (const [key, field] of Object.entries(fields))
    for (const value of field.write(state[key as keyof F])) parts.push(`${key}=${readable(value)}`)
  return parts.length ? `?${parts.join('&')}` : ''
}

export function decode<F extends Fields>(fields: F, search: string): StateOf<F> {
  const params = new URLSearchParams(search)
  const entries = Object.entries(fields).map(([key, field]) => {
    const texts = params.getAll(key)
    const value = texts.length ? field.read(texts) : undefined
    return [key, value === undefined ? structuredClone(field.fallback) : value]
  })
  return Object.fromEntries(entries) as StateOf<F>
}
