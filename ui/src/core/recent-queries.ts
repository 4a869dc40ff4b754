/** The expressions that were run in this browser, newest first. */
import type { Suggestion, Suggestions } from './suggest'

const KEY = 'ridgeline.queries'
const KEPT = 30
/** So many are offered before anything is typed, and behind the suggestions for what is. */
const UNASKED = 6
const TYPED = 2

export function recentQueries(storage: Pick<Storage, 'getItem'> = localStorage): string[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  } catch {
    return []
  }
}

export function rememberQuery(text: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): void {
  keep([text, ...recentQueries(storage).filter((other) => other !== text)], storage)
}

/** What turned out to be wrong is no help next time. */
export function forgetQuery(text: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): void {
  const known = recentQueries(storage)
  if (known.includes(text)) keep(known.filter((other) => other !== text), storage)
}

function keep(queries: readonly string[], storage: Pick<Storage, 'setItem'>): void {
  try {
    storage.setItem(KEY, JSON.stringify(queries.slice(0, KEPT)))
  } catch {
    // Storage may be switched off or full; then nothing is remembered.
  }
}

/** Suggestions with whole expressions that were run before: first when nothing is typed, else the few that begin with it. */
export function withRecent(text: string, recent: readonly string[], words: Suggestions | null): Suggestions | null {
  const typed = text.trim()
  const whole = recent.filter((query) => query !== typed && query.startsWith(typed))
  const from = (start: number, queries: readonly string[]): Suggestion[] => queries.map((query) => ({ text: query.slice(start), note: 'recent' }))
  const start = typed === '' ? 0 : (words?.start ?? 0)
  const end = typed === '' ? text.length : (words?.end ?? text.length)
  const known = new Set(words?.items.map((item) => item.text))
  const offered = words?.items ?? []
  const items = typed === '' ? [...from(0, whole.slice(0, UNASKED)), ...offered] : [...offered, ...from(start, whole.slice(0, TYPED)).filter((item) => !known.has(item.text))]
  return items.length ? { start, end, items } : null
}
