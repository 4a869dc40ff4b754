/** Matches of a search within a text. */

export interface Piece {
  text: string
  hit: boolean
}

/** More marks than that slow a page down and tell nobody more. */
const MOST_HITS = 1000

/** The text in pieces, those that match apart; letters of any case match. */
export function pieces(text: string, find: string): Piece[] {
  const wanted = find.toLowerCase()
  const lower = text.toLowerCase()
  // Some letters change their length with their case; then places in `lower` mean nothing in `text`.
  if (!wanted || lower.length !== text.length) return [{ text, hit: false }]
  const found: Piece[] = []
  let from = 0
  for (let at = lower.indexOf(wanted); at >= 0 && found.length < 2 * MOST_HITS; at = lower.indexOf(wanted, from)) {
    if (at > from) found.push({ text: text.slice(from, at), hit: false })
    from = at + wanted.length
    found.push({ text: text.slice(at, from), hit: true })
  }
  if (from < text.length || !found.length) found.push({ text: text.slice(from), hit: false })
  return found
}
