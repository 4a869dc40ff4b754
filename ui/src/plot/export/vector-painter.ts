/** What SVG and PDF have in common: the state of a canvas, and paths in the coordinates of the picture. */
import type { Painter } from '../painter'
import { type Rgba, parseColor } from './color'
import { type Font, baselineShift, parseFont, startShift } from './font'

type Style = string | CanvasGradient | CanvasPattern

/** A step of a path: what it does, and x, y pairs. */
export interface Segment {
  readonly op: 'M' | 'L' | 'C' | 'Z'
  readonly at: readonly number[]
}

export interface Stroke {
  readonly color: Rgba
  readonly width: number
  readonly join: CanvasLineJoin
  readonly cap: CanvasLineCap
  readonly dash: readonly number[]
}

export interface PlacedText {
  readonly text: string
  /** Start of the text on its baseline. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly font: Font
}

export interface PlacedImage {
  readonly canvas: HTMLCanvasElement | OffscreenCanvas
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What `save` keeps. */
const KEPT = [
  'fillStyle',
  'strokeStyle',
  'lineWidth',
  'lineJoin',
  'lineCap',
  'globalAlpha',
  'font',
  'textAlign',
  'textBaseline',
  'dash',
  'dx',
  'dy',
] as const

type State = Pick<VectorPainter, (typeof KEPT)[number]>

/** A quarter of a circle as a Bézier curve has its control points at this share of the radius. */
const KAPPA = (4 / 3) * Math.tan(Math.PI / 8)

export abstract class VectorPainter implements Painter {
  fillStyle: Style = '#000000'
  strokeStyle: Style = '#000000'
  lineWidth = 1
  lineJoin: CanvasLineJoin = 'miter'
  lineCap: CanvasLineCap = 'butt'
  globalAlpha = 1
  font = '10px sans-serif'
  textAlign: CanvasTextAlign = 'start'
  textBaseline: CanvasTextBaseline = 'alphabetic'
  dash: readonly number[] = []
  /** What was translated so far. */
  dx = 0
  dy = 0
  private readonly stack: State[] = []
  private path: Segment[] = []

  protected abstract fillPath(path: readonly Segment[], color: Rgba): void
  protected abstract strokePath(path: readonly Segment[], stroke: Stroke): void
  protected abstract fillWords(text: PlacedText, color: Rgba): void
  protected abstract strokeWords(text: PlacedText, stroke: Stroke): void
  protected abstract clipPath(path: readonly Segment[]): void
  protected abstract pushed(): void
  protected abstract popped(): void
  protected abstract textWidth(text: string, font: Font): number
  /** Puts in what was painted as pixels. */
  abstract image(image: PlacedImage): void

  setLineDash(dash: Iterable<number>): void {
    this.dash = [...dash]
  }

  save(): void {
    this.stack.push(Object.fromEntries(KEPT.map((key) => [key, this[key]])) as State)
    this.pushed()
  }

  restore(): void {
    const state = this.stack.pop()
    if (!state) return
    Object.assign(this, state)
    this.popped()
  }

  translate(x: number, y: number): void {
    this.dx += x
    this.dy += y
  }

  beginPath(): void {
    this.path = []
  }

  moveTo(x: number, y: number): void {
    this.add('M', x, y)
  }

  lineTo(x: number, y: number): void {
    this.add(this.path.length ? 'L' : 'M', x, y)
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    if (!this.path.length) this.add('M', x1, y1)
    this.add('C', x1, y1, x2, y2, x, y)
  }

  closePath(): void {
    if (this.path.length) this.path.push({ op: 'Z', at: [] })
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y)
    this.lineTo(x + width, y)
    this.lineTo(x + width, y + height)
    this.lineTo(x, y + height)
    this.closePath()
  }

  /** One radius for all corners, which is all that our painters ask for. */
  roundRect(x: number, y: number, width: number, height: number, radii?: number | DOMPointInit | Iterable<number | DOMPointInit>): void {
    const radius = Math.min(typeof radii === 'number' ? radii : 0, width / 2, height / 2)
    const [right, bottom, near] = [x + width, y + height, radius * (1 - KAPPA)]
    this.moveTo(x + radius, y)
    this.lineTo(right - radius, y)
    this.bezierCurveTo(right - near, y, right, y + near, right, y + radius)
    this.lineTo(right, bottom - radius)
    this.bezierCurveTo(right, bottom - near, right - near, bottom, right - radius, bottom)
    this.lineTo(x + radius, bottom)
    this.bezierCurveTo(x + near, bottom, x, bottom - near, x, bottom - radius)
    this.lineTo(x, y + radius)
    this.bezierCurveTo(x, y + near, x + near, y, x + radius, y)
    this.closePath()
  }

  arc(x: number, y: number, radius: number, from: number, to: number, counterclockwise = false): void {
    const full = 2 * Math.PI
    const turn = counterclockwise ? -sweep(from - to, full) : sweep(to - from, full)
    const pieces = Math.max(1, Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9))
    const step = turn / pieces
    const reach = (4 / 3) * Math.tan(step / 4) * radius
    this.lineTo(x + radius * Math.cos(from), y + radius * Math.sin(from))
    for (let i = 0; i < pieces; i++) {
      const [a, b] = [from + i * step, from + (i + 1) * step]
      const [ax, ay] = [x + radius * Math.cos(a), y + radius * Math.sin(a)]
      const [bx, by] = [x + radius * Math.cos(b), y + radius * Math.sin(b)]
      this.bezierCurveTo(
        ax - reach * Math.sin(a), ay + reach * Math.cos(a), bx + reach * Math.sin(b), by - reach * Math.cos(b), bx, by,
      )
    }
    if (Math.abs(turn) >= full - 1e-9) this.closePath()
  }

  fill(): void {
    const color = this.paint(this.fillStyle)
    if (this.path.length && color.a > 0) this.fillPath(this.path, color)
  }

  stroke(): void {
    const stroke = this.strokeNow()
    if (this.path.length && stroke.color.a > 0) this.strokePath(this.path, stroke)
  }

  clip(): void {
    this.clipPath(this.path)
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.aside(() => {
      this.rect(x, y, width, height)
      this.fill()
    })
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.aside(() => {
      this.rect(x, y, width, height)
      this.stroke()
    })
  }

  fillText(text: string, x: number, y: number): void {
    this.fillWords(this.place(text, x, y), this.paint(this.fillStyle))
  }

  strokeText(text: string, x: number, y: number): void {
    this.strokeWords(this.place(text, x, y), this.strokeNow())
  }

  measureText(text: string): { readonly width: number } {
    return { width: this.textWidth(text, parseFont(this.font)) }
  }

  /** Rectangles leave the path being built alone. */
  private aside(draw: () => void): void {
    const path = this.path
    this.path = []
    draw()
    this.path = path
  }

  private add(op: Segment['op'], ...at: number[]): void {
    this.path.push({ op, at: at.map((value, i) => value + (i % 2 ? this.dy : this.dx)) })
  }

  private place(text: string, x: number, y: number): PlacedText {
    const font = parseFont(this.font)
    const width = this.textWidth(text, font)
    return {
      text,
      font,
      width,
      x: x + this.dx + startShift(this.textAlign, width),
      y: y + this.dy + baselineShift(this.textBaseline, font.size),
    }
  }

  private paint(style: Style): Rgba {
    if (typeof style !== 'string') throw new Error('A picture to be exported is painted in plain colours, not in gradients or patterns.')
    const color = parseColor(style)
    return { ...color, a: color.a * this.globalAlpha }
  }

  private strokeNow(): Stroke {
    return { color: this.paint(this.strokeStyle), width: this.lineWidth, join: this.lineJoin, cap: this.lineCap, dash: this.dash }
  }
}

function sweep(angle: number, full: number): number {
  if (angle >= full) return full
  return ((angle % full) + full) % full
}
