/** What the page shows, in words. */
import { formatCount, plural } from '../../core/format'
import type { ObjectsModel } from './model.svelte'
import { KIND_NOUNS } from './state'

export function footerParts(model: ObjectsModel): (string | false | undefined)[] {
  const { data, kind } = model
  if (!data || !kind) return []
  return [
    `${formatCount(data.matched)} of ${formatCount(data.total)} ${KIND_NOUNS[kind]}`,
    `${plural(data.series.length, 'series', 'series')} of ${plural(data.runs.length, 'run')}`,
    data.matched > data.objects.length && `only the first ${formatCount(data.objects.length)} are shown: narrow the choice`,
    model.listing.error !== null && `not up to date: ${model.listing.error.message}`,
  ]
}
