/** What is typed to find names: words in any order, a glob such as `val/*`, or a pattern such as `/loss$/`. */

import type { Json } from './wire'

export interface SearchPattern {
  readonly kind: 'words' | 'glob' | 'regex'
  /** Whether a name is found. Words may stand anywhere in it or begin one of what is said of it, globs mean all of it. With `whole` words are not the beginning of longer ones. */
  test(name: string, more?: string, whole?: boolean): boolean
  /** Why nothing is found: the pattern cannot be read. */
  readonly error: string | null
}

export function searchPattern(text: string): SearchPattern {
  const typed = text.trim()
  if (typed.length > 1 && typed.startsWith('/')) return byRegex(regexBody(typed))
  if (isGlob(typed)) {
    const whole = new RegExp(`^${globSource(typed)}$`, 'i')
    return { kind: 'glob', test: (name) => whole.test(name), error: null }
  }
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return {
    kind: 'words',
    test: (name, more = '', whole = false) => {
      const [letters, said] = [name.toLowerCase(), ` ${more.toLowerCase().replaceAll(',', '')} `]
      return words.every((word) => letters.includes(word) || said.includes(whole ? ` ${word} ` : ` ${word}`))
    },
    error: null,
  }
}

/** What matches with whole words, or where nothing does, with their beginnings: `de` is a language before it is a `dev`. */
export function wholeFirst<T>(items: readonly T[], matches: (item: T, whole: boolean) => boolean): T[] {
  const whole = items.filter((item) => matches(item, true))
  return whole.length ? whole : items.filter((item) => matches(item, false))
}

/** `^val` of `/^val/`; the slash at the end may not be typed yet. */
export const regexBody = (typed: string): string => typed.slice(1, typed.length > 1 && typed.endsWith('/') ? -1 : undefined)

export const isGlob = (text: string): boolean => /[*?]|\[[^\]]+\]/.test(text)

/** A glob as a pattern, without anchors: `*`, `?`, `[ab]` and `[!ab]`. */
function globSource(glob: string): string {
  return glob.replace(/\[(!?)([^\]]+)\]|[*?]|[.+^${}()|[\]\\/]/g, (part, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`
    return part === '*' ? '.*' : part === '?' ? '.' : `\\${part}`
  })
}

/** Whether a value of a context is meant by what a selector asks: a value, one of several, a glob, `re:…`, or null for none. */
export function meansValue(wanted: Json, value: Json | undefined): boolean {
  if (Array.isArray(wanted)) return wanted.some((each) => meansValue(each, value))
  if (wanted === null || value === undefined) return wanted === null && value === undefined
  if (typeof wanted === 'string' && typeof value === 'string') {
    if (wanted.startsWith('re:')) return byRegex(wanted.slice(3)).test(value)
    if (isGlob(wanted)) return new RegExp(`^${globSource(wanted)}$`).test(value)
  }
  return wanted === '*' || JSON.stringify(wanted) === JSON.stringify(value)
}

function byRegex(source: string): SearchPattern {
  try {
    const pattern = new RegExp(source)
    return { kind: 'regex', test: (name) => pattern.test(name), error: null }
  } catch {
    return { kind: 'regex', test: () => false, error: 'This pattern cannot be read yet.' }
  }
}
