/** How large the boxes of each kind are. */
import { naturalSize, ratioOf, type BoxSize } from './layout'
import type { ListedObject } from '../../core/wire'
import type { Kind, ObjectsState } from './state'

const CAPTION_LINE_PX = 16
const CAPTION_PAD_PX = 6
/** Below this no caption can be read. */
const LEAST_WIDTH_PX = 88
const MOST_PX = 4000

/** First size, and the range of the slider: a height for pictures, a width for the others; of originals a scale in percent. */
const SIZES: Record<Kind, { start: number; least: number; most: number }> = {
  image: { start: 140, least: 32, most: 640 },
  text: { start: 340, least: 180, most: 1000 },
  audio: { start: 340, least: 220, most: 800 },
  figure: { start: 420, least: 200, most: 1200 },
  distribution: { start: 400, least: 240, most: 1000 },
  table: { start: 520, least: 260, most: 1400 },
  predictions: { start: 340, least: 240, most: 800 },
}
const SCALES = { start: 100, least: 10, most: 400 }

/** Height of a box by its width, for the kinds whose width is chosen. */
const HEIGHTS: Record<Exclude<Kind, 'image'>, (width: number) => number> = {
  text: (width) => Math.round(width * 0.62),
  audio: () => 104,
  figure: (width) => Math.round(width * 0.72),
  distribution: (width) => Math.round(width * 0.62),
  table: (width) => Math.round(width * 0.56),
  predictions: () => 128,
}

export function sizeRange(kind: Kind, fit: ObjectsState['fit']): { start: number; least: number; most: number } {
  return kind === 'image' && fit === 'original' ? SCALES : SIZES[kind]
}

/** The part of a box that shows the object, without its caption. */
export function mediaSize(kind: Kind, items: readonly ListedObject[], state: Pick<ObjectsState, 'size' | 'fit'>): BoxSize {
  const range = sizeRange(kind, state.fit)
  const size = state.size ? Math.min(range.most, Math.max(range.least, state.size)) : range.start
  if (kind !== 'image') return { width: size, height: HEIGHTS[kind](size) }
  if (state.fit === 'original') {
    const natural = naturalSize(items) ?? { width: SIZES.image.start, height: SIZES.image.start }
    return { width: Math.min(MOST_PX, (natural.width * size) / 100), height: Math.min(MOST_PX, (natural.height * size) / 100) }
  }
  const ratio = ratioOf(items)
  return state.fit === 'width' ? { width: size, height: Math.round(size / ratio) } : { width: Math.round(size * ratio), height: size }
}

export function boxSize(media: BoxSize, captionLines: number): BoxSize {
  return {
    width: Math.max(LEAST_WIDTH_PX, media.width),
    height: media.height + (captionLines ? captionLines * CAPTION_LINE_PX + CAPTION_PAD_PX : 0),
  }
}
