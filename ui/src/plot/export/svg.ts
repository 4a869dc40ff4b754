/** Paints an SVG whose words are words. */
import { type Rgba, hexOf } from './color'
import type { Font } from './font'
import { type PlacedImage, type PlacedText, type Segment, type Stroke, VectorPainter } from './vector-painter'

/** Width of a text in px. */
export type Measure = (text: string, font: Font) => number

export class SvgPainter extends VectorPainter {
  private readonly out: string[] = []
  /** Groups opened by clips since each `save`. */
  private readonly open: number[] = [0]
  private clips = 0

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly measure: Measure,
  ) {
    super()
  }

  /** The whole file. */
  svg(title: string): string {
    const closing = '</g>'.repeat(this.open.reduce((sum, n) => sum + n, 0))
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><title>${escape(title)}</title>${this.out.join('\n')}${closing}</svg>\n`
  }

  image({ canvas, x, y, width, height }: PlacedImage): void {
    if (!('toDataURL' in canvas)) throw new Error('An SVG takes pixels from a canvas of the page.')
    this.out.push(`<image ${box(x, y, width, height)} href="${canvas.toDataURL('image/png')}"/>`)
  }

  protected fillPath(path: readonly Segment[], color: Rgba): void {
    this.out.push(`<path d="${pathOf(path)}" ${fillOf(color)}/>`)
  }

  protected strokePath(path: readonly Segment[], stroke: Stroke): void {
    this.out.push(`<path d="${pathOf(path)}" fill="none" ${strokeOf(stroke)}/>`)
  }

  protected fillWords(text: PlacedText, color: Rgba): void {
    this.words(text, fillOf(color))
  }

  protected strokeWords(text: PlacedText, stroke: Stroke): void {
    this.words(text, `fill="none" aria-hidden="true" ${strokeOf(stroke)}`)
  }

  protected clipPath(path: readonly Segment[]): void {
    const id = `clip${this.clips++}`
    this.out.push(`<clipPath id="${id}"><path d="${pathOf(path)}"/></clipPath><g clip-path="url(#${id})">`)
    this.open[this.open.length - 1]! += 1
  }

  protected pushed(): void {
    this.open.push(0)
  }

  protected popped(): void {
    this.out.push('</g>'.repeat(this.open.pop()!))
  }

  protected textWidth(text: string, font: Font): number {
    return this.measure(text, font)
  }

  private words({ text, x, y, font }: PlacedText, paint: string): void {
    const weight = font.weight === 400 ? '' : ` font-weight="${font.weight}"`
    const face = `font-family="${escape(font.family)}" font-size="${font.size}"${weight}`
    this.out.push(`<text x="${short(x)}" y="${short(y)}" ${face} xml:space="preserve" ${paint}>${escape(text)}</text>`)
  }
}

const short = (value: number): string => String(Math.round(value * 100) / 100)

function box(x: number, y: number, width: number, height: number): string {
  return `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`
}

function pathOf(path: readonly Segment[]): string {
  return path.map(({ op, at }) => op + at.map(short).join(' ')).join('')
}

function fillOf(color: Rgba): string {
  return `fill="${hexOf(color)}"${color.a < 1 ? ` fill-opacity="${short(color.a)}"` : ''}`
}

function strokeOf({ color, width, join, cap, dash }: Stroke): string {
  return [
    `stroke="${hexOf(color)}" stroke-width="${short(width)}"`,
    color.a < 1 ? ` stroke-opacity="${short(color.a)}"` : '',
    join === 'miter' ? '' : ` stroke-linejoin="${join}"`,
    cap === 'butt' ? '' : ` stroke-linecap="${cap}"`,
    dash.length ? ` stroke-dasharray="${dash.join(' ')}"` : '',
  ].join('')
}

/** What XML 1.0 cannot hold even as an entity. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"]/g, (char) => entities[char]!)
}
