/** Paints a PDF of one page whose words are words; what its fonts lack becomes a small picture. */
import type { Rgba } from './color'
import type { Font } from './font'
import { type FaceName, type Stretch, stretches } from './pdf-fonts'
import { type PdfObject, latin1, pdfFile, textString } from './pdf-file'
import { type PlacedImage, type PlacedText, type Segment, type Stroke, VectorPainter } from './vector-painter'

/** Pixels of a picture, four bytes each: red, green, blue, alpha. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** Draws a character that no font of the file has. */
export type Draw = (text: string, font: Font, color: Rgba) => Pixels

/** A CSS pixel is 1/96 inch, a point 1/72. */
const POINTS_A_PX = 0.75
const JOINS: Record<CanvasLineJoin, number> = { miter: 0, round: 1, bevel: 2 }
const CAPS: Record<CanvasLineCap, number> = { butt: 0, round: 1, square: 2 }
/** A drawn character hangs below its baseline by this share of the size. */
export const DESCENT = 0.25

export class PdfPainter extends VectorPainter {
  private readonly out: string[] = []
  private readonly faces = new Map<FaceName, string>()
  private readonly alphas = new Map<string, string>()
  private readonly images: Pixels[] = []
  private open = 0

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly draw: Draw,
  ) {
    super()
    this.out.push(`${POINTS_A_PX} 0 0 -${POINTS_A_PX} 0 ${num(height * POINTS_A_PX)} cm`)
  }

  /** The whole file. */
  async pdf(title: string): Promise<Uint8Array<ArrayBuffer>> {
    const content = this.out.join('\n') + '\nQ'.repeat(this.open)
    const objects = new Map<string, PdfObject>([
      ['content', { dict: '', stream: latin1(content) }],
      ['info', { dict: `/Title ${textString(title)} /Producer (Ridgeline)` }],
    ])
    this.images.forEach((pixels, i) => {
      for (const [name, object] of imageObjects(`image${i}`, pixels)) objects.set(name, object)
    })
    for (const [face, name] of this.faces) {
      const encoding = face === 'Symbol' ? '' : '/Encoding /WinAnsiEncoding'
      objects.set(name, { dict: `/Type /Font /Subtype /Type1 /BaseFont /${face} ${encoding}` })
    }
    return pdfFile(objects, {
      size: [num(this.width * POINTS_A_PX), num(this.height * POINTS_A_PX)],
      fonts: [...this.faces.values()],
      images: this.images.map((_, i) => `image${i}`),
      states: [...this.alphas].map(([alpha, name]) => [name, `<< /ca ${alpha} /CA ${alpha} >>`]),
    })
  }

  image({ canvas, x, y, width, height }: PlacedImage): void {
    const context = (canvas as HTMLCanvasElement).getContext('2d')!
    this.put(context.getImageData(0, 0, canvas.width, canvas.height), x, y, width, height)
  }

  protected fillPath(path: readonly Segment[], color: Rgba): void {
    this.out.push(this.alpha(color), `${rgb(color)} rg`, `${pathOf(path)} f`)
  }

  protected strokePath(path: readonly Segment[], stroke: Stroke): void {
    this.out.push(...this.pen(stroke), `${pathOf(path)} S`)
  }

  protected fillWords(text: PlacedText, color: Rgba): void {
    this.out.push(this.alpha(color), `${rgb(color)} rg`)
    this.words(text, 0, (stretch, x) => {
      const size = text.font.size
      const pixels = this.draw(stretch.text, text.font, color)
      this.put(pixels, x, text.y - size * (1 - DESCENT), stretch.width * size, size)
    })
  }

  /** The rim around drawn characters is left out. */
  protected strokeWords(text: PlacedText, stroke: Stroke): void {
    this.out.push(...this.pen(stroke))
    this.words(text, 1, () => undefined)
  }

  protected clipPath(path: readonly Segment[]): void {
    this.out.push(`${pathOf(path)} W n`)
  }

  protected pushed(): void {
    this.open++
    this.out.push('q')
  }

  protected popped(): void {
    this.open--
    this.out.push('Q')
  }

  protected textWidth(text: string, font: Font): number {
    return stretches(text, font).reduce((sum, { width }) => sum + width, 0) * font.size
  }

  private words(text: PlacedText, mode: number, drawn: (stretch: Stretch, x: number) => void): void {
    let x = text.x
    for (const stretch of stretches(text.text, text.font)) {
      if (stretch.face === null) drawn(stretch, x)
      else {
        const hex = stretch.codes.map((code) => code.toString(16).padStart(2, '0')).join('')
        const font = `/${this.faceName(stretch.face)} ${num(text.font.size)} Tf`
        this.out.push(`BT ${font} ${mode} Tr 1 0 0 -1 ${num(x)} ${num(text.y)} Tm <${hex}> Tj ET`)
      }
      x += stretch.width * text.font.size
    }
  }

  private put(pixels: Pixels, x: number, y: number, width: number, height: number): void {
    const name = `image${this.images.push(pixels) - 1}`
    this.out.push(`q ${num(width)} 0 0 -${num(height)} ${num(x)} ${num(y + height)} cm ${this.alpha(OPAQUE)} /${name} Do Q`)
  }

  private faceName(face: FaceName): string {
    const name = this.faces.get(face) ?? `font${this.faces.size}`
    this.faces.set(face, name)
    return name
  }

  private alpha({ a }: Rgba): string {
    const name = this.alphas.get(num(a)) ?? `alpha${this.alphas.size}`
    this.alphas.set(num(a), name)
    return `/${name} gs`
  }

  private pen({ color, width, join, cap, dash }: Stroke): string[] {
    const line = `${num(width)} w ${JOINS[join]} j ${CAPS[cap]} J [${dash.map(num).join(' ')}] 0 d`
    return [this.alpha(color), `${rgb(color)} RG ${line}`]
  }
}

const OPAQUE: Rgba = { r: 0, g: 0, b: 0, a: 1 }

const num = (value: number): string => String(Math.round(value * 1000) / 1000)

const rgb = ({ r, g, b }: Rgba): string => [r, g, b].map((channel) => num(channel / 255)).join(' ')

function pathOf(path: readonly Segment[]): string {
  const operator = { M: 'm', L: 'l', C: 'c', Z: 'h' } as const
  return path.map(({ op, at }) => [...at.map(num), operator[op]].join(' ')).join(' ')
}

/** The picture and, apart from it, how opaque each of its pixels is. */
function imageObjects(name: string, { width, height, data }: Pixels): [string, PdfObject][] {
  const colors = new Uint8Array(width * height * 3)
  const alphas = new Uint8Array(width * height)
  for (let i = 0; i < alphas.length; i++) {
    colors.set(data.subarray(4 * i, 4 * i + 3), 3 * i)
    alphas[i] = data[4 * i + 3]!
  }
  const head = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8`
  return [
    [`${name}mask`, { dict: `${head} /ColorSpace /DeviceGray`, stream: alphas }],
    [name, { dict: `${head} /ColorSpace /DeviceRGB`, refs: { SMask: `${name}mask` }, stream: colors }],
  ]
}
