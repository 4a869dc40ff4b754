/** Fonts as canvases write them: `600 11px Inter, sans-serif`. */

export interface Font {
  readonly weight: number
  readonly size: number // px
  readonly family: string
}

const FONT = /^(?:(bold|normal|\d{3})\s+)?([\d.]+)px\s+(.+)$/

export function parseFont(text: string): Font {
  const found = FONT.exec(text.trim())
  if (!found) throw new Error(`A font of a picture reads ${JSON.stringify(text)}; write it as "600 11px family".`)
  const [, weight = '400', size, family] = found
  const weights: Record<string, number> = { normal: 400, bold: 700 }
  return { weight: weights[weight] ?? Number(weight), size: Number(size), family: family! }
}

/** How far below the asked-for y the baseline stands, in shares of the size; the mean of Inter's and Helvetica's. */
const BASELINE: Partial<Record<CanvasTextBaseline, number>> = {
  alphabetic: 0,
  middle: 0.36,
  top: 0.8,
  hanging: 0.74,
  bottom: -0.21,
  ideographic: -0.21,
}

export function baselineShift(baseline: CanvasTextBaseline, size: number): number {
  return (BASELINE[baseline] ?? 0) * size
}

/** Where the text starts, left of the asked-for x. */
export function startShift(align: CanvasTextAlign, width: number): number {
  if (align === 'center') return -width / 2
  return align === 'right' || align === 'end' ? -width : 0
}
