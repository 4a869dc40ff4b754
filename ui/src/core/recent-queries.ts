/** The expressions that were run in this browser, newest first. */

const KEY = 'ridgeline.queries'
const KEPT = 30

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
