/** A picture made of layers, as a file: SVG, PDF or PNG. */
import type { PaintSize, Painter } from '../painter'
import { type Rgba, hexOf } from './color'
import type { Font } from './font'
import { DESCENT, PdfPainter, type Pixels } from './pdf'
import { SvgPainter } from './svg'
import type { VectorPainter } from './vector-painter'

export interface Layer {
  /** Points of the lines in it. */
  readonly points: number
  paint(painter: Painter): void
}

/** Layers are painted in their order, each in the coordinates of the whole picture. */
export interface Figure extends PaintSize {
  readonly title: string
  readonly background: string
  readonly layers: readonly Layer[]
}

export type Format = 'svg' | 'pdf' | 'png'

/** A layer of more points than this is put in as pixels: as paths it would make files of many megabytes. */
const DENSE_POINTS = 40_000
/** Pixels to a unit of such a layer: 288 to the inch. */
const DENSE_SCALE = 3
/** Pixels to a px of a character that is drawn. */
const TEXT_SCALE = 4

export async function fileOf(figure: Figure, format: Format, pngScale = 2): Promise<Blob> {
  if (format === 'svg') return new Blob([svgOf(figure)], { type: 'image/svg+xml' })
  if (format === 'pdf') return new Blob([await pdfOf(figure)], { type: 'application/pdf' })
  return pngOf(figure, pngScale)
}

export function svgOf(figure: Figure): string {
  const context = canvasOf(1, 1).getContext('2d')!
  const measure = (text: string, { weight, size, family }: Font): number => {
    context.font = `${weight} ${size}px ${family}`
    return context.measureText(text).width
  }
  const painter = new SvgPainter(figure.width, figure.height, measure)
  paintVector(painter, figure)
  return painter.svg(figure.title)
}

async function pdfOf(figure: Figure): Promise<Uint8Array<ArrayBuffer>> {
  const painter = new PdfPainter(figure.width, figure.height, drawCharacter)
  paintVector(painter, figure)
  return painter.pdf(figure.title)
}

function pngOf(figure: Figure, scale: number): Promise<Blob> {
  const canvas = pixelsOf(figure, scale, figure.layers, figure.background)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob)
      else reject(new Error(`A picture of ${canvas.width} × ${canvas.height} pixels is more than this browser can hold; make it smaller.`))
    }, 'image/png')
  })
}

function paintVector(painter: VectorPainter, figure: Figure): void {
  const { width, height } = figure
  painter.fillStyle = figure.background
  painter.fillRect(0, 0, width, height)
  for (const layer of figure.layers) {
    painter.save()
    if (layer.points > DENSE_POINTS) {
      painter.image({ canvas: pixelsOf(figure, DENSE_SCALE, [layer], null), x: 0, y: 0, width, height })
    } else layer.paint(painter)
    painter.restore()
  }
}

function pixelsOf(size: PaintSize, scale: number, layers: readonly Layer[], background: string | null): HTMLCanvasElement {
  const canvas = canvasOf(Math.round(size.width * scale), Math.round(size.height * scale))
  const context = canvas.getContext('2d')!
  context.scale(scale, scale)
  if (background !== null) {
    context.fillStyle = background
    context.fillRect(0, 0, size.width, size.height)
  }
  for (const layer of layers) {
    context.save()
    layer.paint(context)
    context.restore()
  }
  return canvas
}

function drawCharacter(text: string, font: Font, color: Rgba): Pixels {
  const side = Math.ceil(font.size * TEXT_SCALE)
  const canvas = canvasOf(side, side)
  const context = canvas.getContext('2d')!
  context.font = `${font.weight} ${side}px ${font.family}`
  context.fillStyle = hexOf(color)
  context.globalAlpha = color.a
  context.fillText(text, 0, side * (1 - DESCENT), side)
  return context.getImageData(0, 0, side, side)
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return canvas
}
