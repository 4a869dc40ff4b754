/** The expression that the Runs page asks for: the reader's own, and which shelf it looks at. */
import { ApiError } from './api'

export type Shelf = 'active' | 'archived' | 'deleted'

const ARCHIVED = 'run.archived'
const BEFORE = `${ARCHIVED} and (`

/** Archived runs are left out unless the expression speaks of them. */
export function shelfQuery(q: string, shelf: Shelf): string {
  if (shelf !== 'archived') return q
  return q.trim() ? `${BEFORE}${q})` : ARCHIVED
}

/** An error about the expression that was sent, as one about the expression that the reader typed. */
export function inReadersWords(error: Error | null, shelf: Shelf): Error | null {
  if (!(error instanceof ApiError) || error.start === null || shelf !== 'archived') return error
  const back = (place: number | null): number | null => (place === null ? null : Math.max(0, place - BEFORE.length))
  return new ApiError(error.message, error.slug, error.status, back(error.start), back(error.end))
}
