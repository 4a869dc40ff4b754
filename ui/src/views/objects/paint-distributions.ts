/** Heat maps, histograms and ridgelines on a canvas. */
import { rampColor } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Histogram } from './histogram'

interface Size {
  width: number
  height: number
}

/** Faint shares are what a linear ramp hides. */
const GAMMA = 0.6

function sized(canvas: HTMLCanvasElement, { width, height }: Size): CanvasRenderingContext2D | null {
  const scale = devicePixelRatio
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  context?.scale(scale, scale)
  return context
}

/** A column a step, a row a bin, upwards; the step `marked` has a frame. */
export function paintHeat(canvas: HTMLCanvasElement, size: Size, shares: readonly Float64Array[], marked: number, tokens: ThemeTokens): void {
  const context = sized(canvas, size)
  if (!context || !shares.length) return
  const most = shares.reduce((max, share) => share.reduce((high, value) => Math.max(high, value), max), 0)
  const columnWidth = size.width / shares.length
  shares.forEach((column, step) => {
    const rowHeight = size.height / column.length
    column.forEach((share, bin) => {
      if (!share) return
      context.fillStyle = rampColor(tokens, (share / most) ** GAMMA)
      const left = Math.floor(step * columnWidth)
      const top = Math.floor(size.height - (bin + 1) * rowHeight)
      context.fillRect(left, top, Math.ceil((step + 1) * columnWidth) - left, Math.ceil(size.height - bin * rowHeight) - top)
    })
  })
  if (marked < 0 || shares.length < 2) return
  context.strokeStyle = tokens.text
  context.strokeRect(marked * columnWidth + 0.5, 0.5, Math.max(1, columnWidth - 1), size.height - 1)
}

/** Bars of density, so that bins of different width compare, over the range of all steps. */
export function paintHistogram(canvas: HTMLCanvasElement, size: Size, histogram: Histogram | undefined, extent: readonly [number, number], tokens: ThemeTokens): void {
  const context = sized(canvas, size)
  if (!context || !histogram) return
  const { counts, edges } = histogram
  const x = (value: number): number => ((value - extent[0]) / (extent[1] - extent[0])) * size.width
  const density = counts.map((count, at) => count / Math.max(1e-300, (edges[at + 1] ?? 0) - (edges[at] ?? 0)))
  const most = density.reduce((max, value) => Math.max(max, value), 0)
  context.fillStyle = tokens.categories[0] ?? tokens.accent
  density.forEach((value, at) => {
    const left = x(edges[at] ?? 0)
    const tall = most ? (value / most) * (size.height - 6) : 0
    context.fillRect(left, size.height - tall, Math.max(1, x(edges[at + 1] ?? 0) - left - 0.5), tall)
  })
  context.fillStyle = tokens.lineStrong
  context.fillRect(0, size.height - 1, size.width, 1)
}

export interface Ridge {
  label: string
  shares: Float64Array
}

/** Height of a line of a ridgeline plot, and how far a ridge reaches into those above it. */
const RIDGE_PX = 26
const REACH = 1.9
const LABEL_PX = 120

/** Outlines above each other, the first on top, each hiding what lies behind it. */
export function paintRidges(canvas: HTMLCanvasElement, width: number, ridges: readonly Ridge[], tokens: ThemeTokens): void {
  const top = RIDGE_PX * (REACH - 1) + 4
  const context = sized(canvas, { width, height: Math.ceil(top + ridges.length * RIDGE_PX) + 4 })
  if (!context) return
  const most = ridges.reduce((max, { shares }) => shares.reduce((high, value) => Math.max(high, value), max), 0)
  const left = Math.min(LABEL_PX, width * 0.3)
  context.font = `11px ${tokens.font}`
  context.textBaseline = 'alphabetic'
  ridges.forEach(({ label, shares }, at) => {
    const base = top + (at + 1) * RIDGE_PX
    const color = rampColor(tokens, ridges.length > 1 ? at / (ridges.length - 1) : 0.5)
    const outline = new Path2D()
    shares.forEach((share, bin) => {
      const x = left + ((bin + 0.5) / shares.length) * (width - left)
      const y = base - (most ? share / most : 0) * RIDGE_PX * REACH
      if (bin) outline.lineTo(x, y)
      else outline.moveTo(x, y)
    })
    const area = new Path2D(outline)
    area.lineTo(width, base)
    area.lineTo(left, base)
    area.closePath()
    context.fillStyle = tokens.bg
    context.fill(area)
    context.globalAlpha = 0.3
    context.fillStyle = color
    context.fill(area)
    context.globalAlpha = 1
    context.strokeStyle = color
    context.lineWidth = 1.25
    context.stroke(outline)
    context.fillStyle = tokens.muted
    context.fillText(fitted(context, label, left - 8), 0, base)
  })
}

function fitted(context: CanvasRenderingContext2D, label: string, width: number): string {
  let text = label
  while (text.length > 1 && context.measureText(text).width > width) text = text.slice(0, -1)
  return text === label ? label : `${text.slice(0, -1)}…`
}
