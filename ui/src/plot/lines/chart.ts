/**
 * A line chart on canvases: frame (grid and axes), lines, and what follows the pointer.
 *
 * The pointer redraws the small upper canvases alone; the lines are dimmed through CSS opacity, which costs the same
 * for ten lines and for ten thousand. All setters only mark what is stale.
 */
import { arrange, type Arrangement } from './arrange'
import { debugOf, drawnValues, type ChartDebug, type DrawnValues } from './debug'
import { Layers } from './layers'
import { lifted, pinned } from './lifted'
import { locate, longest, nextLine } from './locate'
import { paintFrame } from './paint-frame'
import { paintLines } from './paint-lines'
import { cursorBox, levelBox, paintCursor, paintLevel, paintLifted, type Box, type OverlayInput } from './paint-overlay'
import { isDrag, Pointer, type Drag } from '../pointer'
import { toPixel } from './scale'
import { indexAt } from './search'
import { writeX } from './ticks'
import type { ChartEvents, ChartScene, Cursor, Highlight, Interval, Line, PointerAt, Theme } from './types'
import type { View } from './view'
import { boxOf, wheelRange, zoomOf } from './zoom'

const DIMMED = '0.22'
/** A turned wheel is one zoom once it rests. */
const WHEEL_REST_MS = 180

export type { ChartDebug, DrawnValues } from './debug'

/** The element of a chart carries its handle, for tests. */
export interface ChartElement extends HTMLElement {
  __chart?: { debug(): ChartDebug; values(): DrawnValues[]; place(x: number, y: number): [left: number, top: number] | null }
}

const EMPTY: ChartScene = {
  lines: [],
  axes: { x: [0, 1], y: [0, 1], xScale: 'linear', yScale: 'linear', xFormat: 'number', xLabel: '' },
  curve: 'linear',
  ends: 'names',
}
/** `lifted` goes stale with the lines that are lifted, `overlay` with anything that follows the pointer. */
const STALE = ['frame', 'lines', 'lifted', 'overlay'] as const
type Stale = (typeof STALE)[number]

export class LineChart {
  private scene = EMPTY
  private theme: Theme
  private cursor: Cursor | null = null
  private highlight: Highlight | null = null
  private pins: ReadonlySet<string> = new Set()
  private drag: Drag | null = null
  private hovered: Line | null = null
  private arranged: Arrangement | null = null
  private tickBoxes: readonly Interval[] = []
  private stale: Record<Stale, boolean> = { frame: false, lines: false, lifted: false, overlay: false }
  private readonly draws: Record<Stale, number> = { frame: 0, lines: 0, lifted: 0, overlay: 0 }
  private request = 0
  private wheelTimer = 0
  private size = { width: 0, height: 0 }
  private readonly layers: Layers
  private readonly pointer: Pointer
  private readonly resize: ResizeObserver

  constructor(
    private readonly host: ChartElement,
    theme: Theme,
    private readonly events: ChartEvents,
  ) {
    this.theme = theme
    this.layers = new Layers(host)
    this.pointer = new Pointer(host, {
      move: (left, top) => this.pointAt(left, top),
      leave: () => this.events.hover(null),
      drag: (drag) => this.dragTo(drag),
      drop: (drag) => this.drop(drag),
      click: (left, top, more) => this.events.pick(this.locate(left, top), more),
      back: () => this.events.back(),
      wheel: (left, turned) => this.turn(left, turned),
    })
    this.resize = new ResizeObserver(() => this.resized())
    this.resize.observe(host)
    host.__chart = {
      debug: () => this.debug(),
      values: () => drawnValues(this.scene.lines),
      place: (x, y) => this.view && [toPixel(this.view.x, x), toPixel(this.view.y, y)],
    }
  }

  setScene(scene: ChartScene): void {
    this.scene = scene
    this.hovered = this.hovered && (scene.lines.find((line) => line.id === this.hovered?.id) ?? null)
    this.invalidate('frame', 'lines', 'lifted', 'overlay')
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.invalidate('frame', 'lines', 'lifted', 'overlay')
  }

  /** Marks a place of the x axis; every chart of a page shares it, the one pointed at knows y too. */
  setCursor(x: number | null, y: number | null = null): void {
    if (x === (this.cursor?.x ?? null) && y === (this.cursor?.y ?? null)) return
    this.cursor = x === null ? null : { x, y }
    this.invalidateOverlay()
  }

  setHighlight(highlight: Highlight | null): void {
    const same = (['line', 'run', 'group'] as const).every((key) => (highlight?.[key] ?? null) === (this.highlight?.[key] ?? null))
    this.highlight = highlight
    if (!same) this.invalidateOverlay('lifted')
  }

  /** Runs and groups that stay lifted. */
  setPins(pins: ReadonlySet<string>): void {
    this.pins = pins
    this.invalidateOverlay('lifted')
  }

  destroy(): void {
    cancelAnimationFrame(this.request)
    clearTimeout(this.wheelTimer)
    this.resize.disconnect()
    this.pointer.destroy()
    this.layers.destroy()
    delete this.host.__chart
  }

  /** The next point to the left or right of the cursor, of the hovered line or else the longest. */
  step(by: number): void {
    const line = this.hovered ?? longest(this.scene.lines)
    if (!line) return
    const now = this.cursor === null ? -1 : indexAt(line.x, this.cursor.x)
    const next = Math.min(line.x.length - 1, Math.max(0, now < 0 ? (by > 0 ? 0 : line.x.length - 1) : now + by))
    this.pointAtIndex(this.hovered, line, next)
  }

  /** The next line above (-1) or below (1) at the cursor. */
  stepLine(by: number): void {
    const guide = longest(this.scene.lines)
    if (!guide) return
    const x = this.cursor?.x ?? guide.x[guide.x.length - 1]!
    const line = nextLine(this.scene.lines, this.hovered, x, by)
    if (line) this.pointAtIndex(line, line, indexAt(line.x, x))
  }

  /** Where the keyboard stands, to be picked as a click would. */
  here(): PointerAt | null {
    const line = this.hovered
    const index = line && this.cursor ? indexAt(line.x, this.cursor.x) : -1
    return line && index >= 0 ? this.atIndex(line, line, index) : null
  }

  private get view(): View | null {
    return this.arranged?.view ?? null
  }

  private pointAtIndex(line: Line | null, guide: Line, index: number): void {
    const at = this.atIndex(line, guide, index)
    if (!at) return
    this.hovered = line
    this.events.hover(at)
  }

  private atIndex(line: Line | null, guide: Line, index: number): PointerAt | null {
    if (!this.view || index < 0) return null
    const [x, y] = [guide.x[index]!, guide.y[index]!]
    return { line, x, y, left: toPixel(this.view.x, x), top: toPixel(this.view.y, y) }
  }

  private invalidate(...layers: Stale[]): void {
    for (const layer of layers) this.stale[layer] = true
    if (this.request === 0) this.request = requestAnimationFrame(() => this.draw())
  }

  /**
   * The pointer is told in a frame, and so are its effects: an overlay that waited for the next frame would cost a
   * second one of the whole page, which is half of all that a move costs.
   */
  private invalidateOverlay(layer: 'lifted' | 'overlay' = 'overlay'): void {
    const waiting = this.stale.overlay
    this.stale[layer] = true
    this.stale.overlay = true
    if (waiting) return
    if (this.request === 0) queueMicrotask(() => this.request === 0 && this.draw())
  }

  /** The first call of an observer tells the size that the chart was drawn in already. */
  private resized(): void {
    const { width, height } = this.size
    if (width !== this.host.clientWidth || height !== this.host.clientHeight) this.invalidate('frame', 'lines', 'lifted', 'overlay')
  }

  private draw(): void {
    this.request = 0
    if (this.stale.frame) this.arrange()
    const { arranged, size, scene } = this
    if (!arranged) return
    const { view, labels, ticks } = arranged
    const whole = { left: 0, top: 0, right: size.width, bottom: size.height }
    if (this.stale.frame)
      this.layers.paint('frame', whole, view.dpr, (painter) => {
        painter.fillStyle = this.theme.bg
        painter.fillRect(0, 0, size.width, size.height)
        this.tickBoxes = paintFrame(painter, view, scene.axes, ticks)
      })
    if (this.stale.lines) {
      const start = performance.now()
      this.layers.paint('lines', whole, view.dpr, (painter) => paintLines(painter, scene.lines, labels, view))
      this.events.drawn(performance.now() - start)
    }
    if (this.stale.overlay) this.drawOverlay(arranged, whole)
    for (const layer of STALE) if (this.stale[layer]) this.draws[layer]++
    this.stale = { frame: false, lines: false, lifted: false, overlay: false }
  }

  private arrange(): void {
    const { clientWidth: width, clientHeight: height } = this.host
    this.size = { width, height }
    const dpr = window.devicePixelRatio || 1
    this.arranged = width > 0 && height > 0 ? arrange(this.layers.context('frame'), this.scene, this.size, this.theme, dpr) : null
  }

  private drawOverlay({ view, labels }: Arrangement, whole: Box): void {
    const { lines, axes } = this.scene
    const { cursor } = this
    const [up, pins] = [lifted(lines, this.highlight), pinned(lines, this.pins)]
    const chip = cursor === null ? '' : writeX(cursor.x, axes.xFormat, axes.xLabel)
    const box = this.drag && isDrag(this.drag) ? boxOf(this.drag, view.plot) : null
    const input: OverlayInput = { lines, lifted: up, pinned: pins, labels, cursor, chip, tickBoxes: this.tickBoxes, box }
    if (this.stale.lifted) {
      const any = up.length > 0 || pins.length > 0
      this.layers.fade('lines', any ? DIMMED : '1')
      this.layers.paint('lifted', any ? whole : null, view.dpr, (painter) => paintLifted(painter, input, view))
    }
    this.layers.paint('cursor', cursorBox(input, view), view.dpr, (painter) => paintCursor(painter, input, view))
    const level = levelBox(cursor, view)
    this.layers.paint('level', level, view.dpr, (painter) => paintLevel(painter, cursor!.y!, level!, view))
  }

  private pointAt(left: number, top: number): void {
    const at = this.locate(left, top)
    this.hovered = at?.line ?? null
    this.events.hover(at)
  }

  private locate(left: number, top: number): PointerAt | null {
    return this.view && locate(this.scene.lines, left, top, this.view)
  }

  private dragTo(drag: Drag): void {
    if (!this.drag) this.events.hover(null)
    this.drag = drag
    this.invalidateOverlay()
  }

  private drop(drag: Drag): void {
    this.drag = null
    this.invalidateOverlay()
    if (!this.view) return
    const zoom = zoomOf(boxOf(drag, this.view.plot), this.view.plot, this.view.x, this.view.y)
    if (zoom.x || zoom.y) this.events.zoom(zoom)
  }

  /** The axis follows the wheel at once; the zoom is told when it rests. */
  private turn(left: number, turned: number): void {
    if (!this.view) return
    const x = wheelRange(this.view.x, left, turned)
    this.setScene({ ...this.scene, axes: { ...this.scene.axes, x } })
    clearTimeout(this.wheelTimer)
    this.wheelTimer = window.setTimeout(() => this.events.zoom({ x, y: null }), WHEEL_REST_MS)
  }

  private debug(): ChartDebug {
    const { cursor, hovered, draws, arranged, pins, highlight } = this
    return debugOf({ scene: this.scene, cursor, hovered, draws, arranged, pins, highlight })
  }
}
