/** What stands below an object. */
import { formatBytes, formatNumber, formatParam } from '../../core/format'
import { contextLabel } from '../../core/selector'
import { keyWord } from './keys'
import type { ListedObject, ObjectListing } from '../../core/wire'
import { isOwnField } from './listing'

export interface CaptionLine {
  field: string
  text: string
}

/** One line a field, without those that say nothing. The fields of series stand in the order in which they were asked for. */
export function captionLines(listing: ObjectListing, item: ListedObject, fields: readonly string[]): CaptionLine[] {
  const asked = fields.filter((field) => !isOwnField(field))
  return fields.flatMap((field) => {
    const text = isOwnField(field) ? ownText(listing, item, field) : seriesText(listing, item, field, asked.indexOf(field))
    return text ? [{ field, text }] : []
  })
}

function ownText(listing: ObjectListing, item: ListedObject, field: string): string {
  const series = listing.series[item.series]
  const caption = item.meta['caption']
  switch (field) {
    case 'run.name':
      return series ? (listing.runs[series.run]?.name ?? '') : ''
    case 'series':
      return series ? seriesName(series) : ''
    case 'step':
      return item.index === null ? `step ${item.step}` : `step ${item.step}, no. ${item.index}`
    case 'index':
      return item.index === null ? '' : `no. ${item.index}`
    case 'epoch':
      return item.epoch === null ? '' : `epoch ${formatNumber(item.epoch)}`
    case 'size':
      return formatBytes(item.size_bytes)
    default:
      return typeof caption === 'string' ? caption.split('\n', 1)[0]! : ''
  }
}

function seriesText(listing: ObjectListing, item: ListedObject, field: string, at: number): string {
  const value = listing.series[item.series]?.fields[at]
  return value === null || value === undefined ? '' : `${keyWord(field)} ${formatParam(value)}`
}

/** `samples dev`: the name with the values of its context. */
export function seriesName(series: { name: string; context: Parameters<typeof contextLabel>[0] }): string {
  return [series.name, contextLabel(series.context)].filter(Boolean).join(' ')
}
