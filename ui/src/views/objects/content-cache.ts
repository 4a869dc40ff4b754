/** Contents of objects by their address. They never change, so what was fetched once stays, up to a bound. */
import { getText } from '../../core/api'

const MOST_CHARACTERS = 32_000_000
const known = new Map<string, Promise<string>>()
const sizes = new Map<string, number>()
let size = 0

export function contentOf(url: string): Promise<string> {
  const found = known.get(url)
  if (found) return found
  const fetched = getText(url)
  known.set(url, fetched)
  fetched.then(
    (text) => remember(url, text.length),
    () => known.delete(url), // so that it is asked for again
  )
  return fetched
}

function remember(url: string, length: number): void {
  sizes.set(url, length)
  size += length
  for (const oldest of known.keys()) {
    if (size <= MOST_CHARACTERS || oldest === url) break
    known.delete(oldest)
    size -= sizes.get(oldest) ?? 0
    sizes.delete(oldest)
  }
}
