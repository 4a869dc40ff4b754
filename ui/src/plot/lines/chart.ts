/**
 * A line chart on three canvases: frame (grid and axes), lines, overlay.
 *
 * The pointer redraws the overlay alone; the lines are dimmed through CSS opacity, which costs the same for ten
 * lines and for ten thousand. All setters only mark what is stale; one animation frame draws it.
 */
import { fitted, labelled, LEADER_PX, placeLabels, type EndLabel, type Plot } from './end-labels'
import { AXIS_FONT_PX, paintFrame, ticksFor, type Ticks } from './paint-frame'
import { paintLines, rimMarks, type View } from './paint-lines'
import { paintOverlay } from './paint-overlay'
import { Pointer } from './pointer'
import { scaleOf, toPixel } from './scale'
import { indexAt, nearestLine, REACH_PX } from './search'
import { writeX } from './ticks'
import type { Axes, ChartEvents, Highlight, Interval, Line, PointerAt, Theme, Weight } from './types'
import { boxOf, isDrag, zoomOf, type Drag } from './zoom'

const TOP_PX = 8
const BOTTOM_PX = 28
const RIGHT_PX = 12
const DIMMED = '0.22'

export interface ChartDebug {
  readonly lines: readonly {
    readonly id: string
    readonly run: string | null
    readonly label: string
    readonly color: string
    readonly dash: number
    readonly points: number
    readonly weight: Weight
  }[]
  readonly colors: readonly string[]
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly cursor: number | null
  readonly hovered: string | null
  readonly lifted: readonly string[]
  readonly pinned: readonly string[]
  readonly labels: readonly string[]
  readonly rim: number
  readonly draws: { readonly frame: number; readonly lines: number; readonly overlay: number }
}

export interface DrawnValues {
  readonly run: string | null
  readonly label: string
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly lo: readonly number[] | null
  readonly hi: readonly number[] | null
  readonly n: readonly number[] | null
}

/** The element of a chart carries its handle, for tests. */
export interface ChartElement extends HTMLElement {
  __chart?: { debug(): ChartDebug; values(): DrawnValues[]; place(x: number, y: number): [left: number, top: number] | null }
}

const EMPTY_AXES: Axes = { x: [0, 1], y: [0, 1], xScale: 'linear', yScale: 'linear', xFormat: 'number', xLabel: '' }

export class LineChart {
  private lines: readonly Line[] = []
  private axes = EMPTY_AXES
  private theme: Theme
  private showLabels = true
  private cursor: number | null = null
  private highlight: Highlight | null = null
  private pins: ReadonlySet<string> = new Set()
  private drag: Drag | null = null
  private hovered: Line | null = null
  private view: View | null = null
  private labels: readonly EndLabel[] = []
  private tickBoxes: readonly Interval[] = []
  private stale = { frame: false, lines: false, overlay: false }
  private readonly draws = { frame: 0, lines: 0, overlay: 0 }
  private request = 0
  private size = { width: 0, height: 0 }
  private readonly canvases: readonly HTMLCanvasElement[]
  private readonly pointer: Pointer
  private readonly resize: ResizeObserver

  constructor(
    private readonly host: ChartElement,
    theme: Theme,
    private readonly events: ChartEvents,
  ) {
    this.theme = theme
    this.canvases = ['frame', 'lines', 'overlay'].map((layer) => {
      const canvas = document.createElement('canvas')
      canvas.dataset.layer = layer
      canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none'
      host.append(canvas)
      return canvas
    })
    this.pointer = new Pointer(host, {
      move: (left, top) => this.pointAt(left, top),
      leave: () => this.events.hover(null),
      drag: (drag) => this.dragTo(drag),
      drop: (drag) => this.drop(drag),
      click: () => this.events.pick(this.hovered),
      back: () => this.events.back(),
    })
    this.resize = new ResizeObserver(() => this.resized())
    this.resize.observe(host)
    host.__chart = {
      debug: () => this.debug(),
      values: () => this.values(),
      place: (x, y) => this.view && [toPixel(this.view.x, x), toPixel(this.view.y, y)],
    }
  }

  setLines(lines: readonly Line[], labels = true): void {
    this.lines = lines
    this.showLabels = labels
    this.hovered = this.hovered && (lines.find((line) => line.id === this.hovered?.id) ?? null)
    this.invalidate('frame', 'lines', 'overlay')
  }

  setAxes(axes: Axes): void {
    this.axes = axes
    this.invalidate('frame', 'lines', 'overlay')
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.invalidate('frame', 'lines', 'overlay')
  }

  /** Marks a place of the x axis; every chart of a page shares it. */
  setCursor(cursor: number | null): void {
    if (cursor === this.cursor) return
    this.cursor = cursor
    this.invalidate('overlay')
  }

  setHighlight(highlight: Highlight | null): void {
    this.highlight = highlight
    this.invalidate('overlay')
  }

  /** Runs and groups that stay lifted. */
  setPins(pins: ReadonlySet<string>): void {
    this.pins = pins
    this.invalidate('overlay')
  }

  destroy(): void {
    cancelAnimationFrame(this.request)
    this.resize.disconnect()
    this.pointer.destroy()
    for (const canvas of this.canvases) canvas.remove()
    delete this.host.__chart
  }

  /** The next point to the left or right of the cursor, of the hovered line or else the longest. */
  step(by: number): void {
    const line = this.hovered ?? longest(this.lines)
    if (!line || !this.view) return
    const now = this.cursor === null ? -1 : indexAt(line.x, this.cursor)
    const next = Math.min(line.x.length - 1, Math.max(0, now < 0 ? (by > 0 ? 0 : line.x.length - 1) : now + by))
    const x = line.x[next]!
    const top = toPixel(this.view.y, line.y[next]!)
    this.events.hover({ line: this.hovered, x, y: line.y[next]!, left: toPixel(this.view.x, x), top })
  }

  private invalidate(...layers: (keyof typeof this.stale)[]): void {
    for (const layer of layers) this.stale[layer] = true
    if (this.request === 0) this.request = requestAnimationFrame(() => this.draw())
  }

  /** The first call of an observer tells the size that the chart was drawn in already. */
  private resized(): void {
    const { width, height } = this.size
    if (width !== this.host.clientWidth || height !== this.host.clientHeight) this.invalidate('frame', 'lines', 'overlay')
  }

  private draw(): void {
    this.request = 0
    if (this.host.clientWidth === 0 || this.host.clientHeight === 0) return
    if (this.stale.frame) this.arrange()
    const view = this.view
    if (!view) return
    if (this.stale.frame) this.paint(0, (context) => (this.tickBoxes = paintFrame(context, view, this.axes, this.ticks(view.plot))))
    if (this.stale.lines) {
      const start = performance.now()
      this.paint(1, (context) => paintLines(context, this.lines, this.labels, view))
      this.events.drawn(performance.now() - start)
    }
    if (this.stale.overlay) this.drawOverlay(view)
    for (const layer of ['frame', 'lines', 'overlay'] as const) if (this.stale[layer]) this.draws[layer]++
    this.stale = { frame: false, lines: false, overlay: false }
  }

  private drawOverlay(view: View): void {
    const lifted = this.lifted()
    const lines = this.canvases[1]!
    const pinned = this.pinned()
    lines.style.opacity = lifted.length || pinned.length ? DIMMED : '1'
    const chip = this.cursor === null ? '' : writeX(this.cursor, this.axes.xFormat, this.axes.xLabel)
    const box = this.drag && isDrag(this.drag) ? boxOf(this.drag, view.plot) : null
    const input = { lines: this.lines, lifted, pinned, labels: this.labels, cursor: this.cursor, chip, tickBoxes: this.tickBoxes, box }
    this.paint(2, (context) => paintOverlay(context, input, view))
  }

  private paint(layer: number, painter: (context: CanvasRenderingContext2D) => void): void {
    const canvas = this.canvases[layer]!
    const context = canvas.getContext('2d')!
    const dpr = this.view!.dpr
    const width = Math.round(this.host.clientWidth * dpr)
    const height = Math.round(this.host.clientHeight * dpr)
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
    } else {
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.clearRect(0, 0, width, height)
    }
    context.setTransform(dpr, 0, 0, dpr, 0, 0)
    painter(context)
  }

  /** Margins from the words that stand in them, then scales and end labels. */
  private arrange(): void {
    const context = this.canvases[0]!.getContext('2d')!
    context.font = `600 ${AXIS_FONT_PX}px ${this.theme.font}`
    const measure = (text: string): number => context.measureText(text).width
    const { clientWidth: width, clientHeight: height } = this.host
    this.size = { width, height }
    const named = this.showLabels ? labelled(this.lines) : []
    const labelWidth = Math.max(0, ...[...new Set(named.map((line) => line.label))].map((label) => fitted(label, measure).width))
    const rough = { left: 0, top: TOP_PX, right: width, bottom: height - BOTTOM_PX }
    const left = Math.ceil(Math.max(16, ...this.ticks(rough).y.map((tick) => measure(tick.label))) + 10)
    const right = named.length ? width - Math.ceil(labelWidth) - LEADER_PX - 4 : width - RIGHT_PX
    const plot: Plot = { ...rough, left, right: Math.max(left + 40, right) }
    const x = scaleOf(this.axes.xScale, this.axes.x, [plot.left, plot.right])
    const y = scaleOf(this.axes.yScale, this.axes.y, [plot.bottom, plot.top])
    this.view = { plot, x, y, theme: this.theme, dpr: window.devicePixelRatio || 1 }
    this.labels = this.showLabels ? placeLabels(this.lines, plot, x, y, measure) : []
  }

  private ticks({ left, right, top, bottom }: Plot): Ticks {
    return ticksFor(this.axes, right - left, bottom - top)
  }

  private lifted(): readonly Line[] {
    const highlight = this.highlight
    if (!highlight) return []
    const ofRun = highlight.run === null ? [] : this.lines.filter((line) => line.run === highlight.run)
    const ofGroup = this.lines.filter((line) => line.group === highlight.group)
    const folded = ofGroup.filter((line) => line.run === null)
    if (ofRun.length) return ofRun.some((line) => line.weight === 'line') ? ofRun : [...folded, ...ofRun]
    return folded.length ? folded : highlight.run === null ? ofGroup.filter((line) => line.weight === 'line') : []
  }

  private pinned(): readonly Line[] {
    if (this.pins.size === 0) return []
    return this.lines.filter((line) => this.pins.has(line.run ?? line.group))
  }

  private pointAt(left: number, top: number): void {
    const at = this.locate(left, top)
    this.hovered = at?.line ?? null
    this.events.hover(at)
  }

  private locate(left: number, top: number): PointerAt | null {
    const view = this.view
    if (!view || left < view.plot.left - REACH_PX || left > view.plot.right + REACH_PX) return null
    const at = (left - view.x.offset) / view.x.slope
    const wanted = view.x.kind === 'log' ? 10 ** at : at
    const line = nearestLine(this.lines, wanted, top, view.y)
    const guide = line ?? longest(this.lines)
    if (!guide) return null
    const index = indexAt(guide.x, Math.min(guide.x.at(-1)!, Math.max(guide.x[0]!, wanted)))
    return { line, x: guide.x[index]!, y: guide.y[index]!, left, top }
  }

  private dragTo(drag: Drag): void {
    if (!this.drag) this.events.hover(null)
    this.drag = drag
    this.invalidate('overlay')
  }

  private drop(drag: Drag): void {
    this.drag = null
    this.invalidate('overlay')
    if (!this.view) return
    const zoom = zoomOf(boxOf(drag, this.view.plot), this.view.plot, this.view.x, this.view.y)
    if (zoom.x || zoom.y) this.events.zoom(zoom)
  }

  private values(): DrawnValues[] {
    const list = (values: ArrayLike<number> | null): number[] | null => values && Array.from(values)
    return this.lines.map(({ run, label, x, y, lo, hi, n }) => ({ run, label, x: [...x], y: [...y], lo: list(lo), hi: list(hi), n: list(n) }))
  }

  private debug(): ChartDebug {
    return {
      lines: this.lines.map(({ id, run, label, color, dash, x, weight }) => ({ id, run, label, color, dash, points: x.length, weight })),
      colors: [...new Set(this.lines.map((line) => line.color))],
      x: this.axes.x,
      y: this.axes.y,
      cursor: this.cursor,
      hovered: this.hovered?.id ?? null,
      lifted: this.lifted().map((line) => line.id),
      pinned: this.pinned().map((line) => line.id),
      labels: this.labels.map((label) => label.text),
      rim: this.view ? rimMarks(this.lines, this.view).length : 0,
      draws: { ...this.draws },
    }
  }
}

function longest(lines: readonly Line[]): Line | null {
  return lines.reduce<Line | null>((best, line) => (line.x.length > (best?.x.length ?? 0) ? line : best), null)
}
