/** The same runs on another page: a selection as an address. */
import { queryString } from './api'

export type Place = 'metrics' | 'params' | 'scatter' | 'runs' | 'select' | 'objects' | 'compare'

/** Runs by what they have in common, or one by one. */
export type RunSelection = { readonly query: string } | { readonly ids: readonly string[] }

/** Longer addresses are cut by proxies and by chat programs. */
export const MOST_IDS = 500
const LEAST_COMPARED = 2
export const MOST_COMPARED = 8

/** `run.id in ["a", "b"]` */
export function idsExpression(ids: readonly string[]): string {
  return `run.id in [${ids.map((id) => JSON.stringify(id)).join(', ')}]`
}

/**
 * Runs picked by hand as a selection; when they are all that a query matches, the query, which says it shorter and
 * goes on to hold for runs to come.
 */
export function selectionOf(ids: readonly string[], matched: number, query: string): RunSelection {
  return ids.length === matched ? { query } : { ids }
}

/** Why the selection cannot be opened there, in words; null when it can. */
export function whyNot(place: Place, selection: RunSelection): string | null {
  const count = 'ids' in selection ? selection.ids.length : Number.POSITIVE_INFINITY
  if (place === 'compare') {
    if (count < LEAST_COMPARED) return 'Select a second run to compare.'
    return count > MOST_COMPARED ? `At most ${MOST_COMPARED} runs stand side by side. Select fewer.` : null
  }
  if (Number.isFinite(count) && count > MOST_IDS)
    return `At most ${MOST_IDS} runs picked by hand fit an address. Say which by an expression, or tag them and ask for the tag.`
  return null
}

/** The address of a page on these runs; `whyNot` says beforehand whether there is one. */
export function openUrl(place: Place, selection: RunSelection): string {
  if (place === 'compare') return `/compare${queryString({ id: 'ids' in selection ? selection.ids : [] })}`
  return `/${place}${queryString({ q: 'query' in selection ? selection.query : idsExpression(selection.ids) })}`
}
