import { formatCount } from '../core/format'
import type { Indexing } from '../core/wire'

/** What the top bar says beside its green dot. */
export function liveWords(running: number, indexing: Indexing | null): string {
  if (indexing) return indexingWords(indexing)
  return running ? `live, ${running} running` : 'live'
}

/** How far the index is: the total is 0 for the moment that it takes to count. */
export function indexingWords({ indexed, total }: Indexing): string {
  return total ? `indexing ${formatCount(indexed)} of ${formatCount(total)} runs` : 'indexing'
}
