/**
 * Parallel coordinates on stacked canvases.
 *
 * Layers, from the bottom: all runs, their ghosts (shown instead while a brush is set), the selected runs, axes,
 * selection (strips and brushes), emphasis. A brush strokes the selected runs alone; hover only touches the top layer.
 */
import { addCanvas, cleared, fit } from '../canvas'
import { type BrushPart, type Brushes, isBrushed, type Mask, maskOf, withBrush } from '../axes/brush'
import { debugOf, type DrawnValues, drawnValues } from './debug'
import { drawAxes } from './draw-axes'
import { type Chip, drawSelection, type Selection } from './draw-selection'
import { drawEmphasis } from './draw-emphasis'
import { emphasesOf, endLetters, type Shown } from './emphases'
import { drawGhost, drawRuns } from './draw-lines'
import { clicked, type Drag, dragged, type Target, targetAt } from './gesture'
import { type Layout, layoutOf } from './layout'
import { type Lines, type LineStyle, lineStyle, linesOf, nearest, type Point } from './paths'
import type { Scene } from '../axes/scene'

export interface PlotEvents {
  /** The run under the pointer, -1 = none. */
  hover(run: number): void
  /** The parts of one axis changed; `done` when the gesture is over. */
  brush(key: string, parts: readonly BrushPart[], done: boolean): void
  /** A click on a line. */
  pick(run: number): void
  drawn(ms: number): void
}

export interface View extends Shown {
  readonly brushes: Brushes
}

const LAYERS = ['base', 'ghost', 'selected', 'axes', 'selection', 'emphasis'] as const
type Layer = (typeof LAYERS)[number]

const HOVER_REACH_PX = 14
const CLICK_PX = 3
const CURSORS: Record<Target['kind'], string> = {
  axis: 'crosshair',
  rail: 'pointer',
  edge: 'ns-resize',
  body: 'grab',
  field: 'default',
}

export class ParallelPlot {
  readonly #host: HTMLElement
  readonly #events: PlotEvents
  readonly #canvases: Record<Layer, HTMLCanvasElement>
  readonly #observer: ResizeObserver
  readonly #stale = new Set<Layer>()
  readonly #listeners = new AbortController()
  #frame = 0
  #view: View | null = null
  #layout: Layout = layoutOf(0, 0, 0)
  #lines: Lines | null = null
  #mask: Mask = { selected: new Uint8Array(), count: 0 }
  /** Runs that the layer of selected runs shows, and whether in the order of colours; null = it has to be drawn anew. */
  #stroked: { runs: Uint8Array; style: LineStyle; inOrder: boolean } | null = null
  #chips: Chip[] = []
  #hovered = -1
  #drag: (Drag & { moved: boolean }) | null = null

  constructor(host: HTMLElement, events: PlotEvents) {
    this.#host = host
    this.#events = events
    this.#canvases = Object.fromEntries(LAYERS.map((layer) => [layer, addCanvas(host)])) as Record<
      Layer,
      HTMLCanvasElement
    >
    this.#observer = new ResizeObserver(() => this.#resize())
    this.#observer.observe(host)
    const { signal } = this.#listeners
    host.addEventListener('pointerdown', (event) => this.#press(event), { signal })
    host.addEventListener('pointermove', (event) => this.#move(event), { signal })
    host.addEventListener('pointerup', (event) => this.#release(event), { signal })
    host.addEventListener('pointercancel', () => this.#cancel(), { signal })
    host.addEventListener('pointerleave', () => this.#setHovered(-1), { signal })
  }

  /** Shows a view; what is the same object as before is not drawn again. */
  show(view: View): void {
    const before = this.#view
    this.#view = view
    if (before?.scene !== view.scene || before.members !== view.members) {
      this.#hovered = before === null ? -1 : view.scene.ids.indexOf(before.scene.ids[this.#hovered] ?? '')
      this.#place()
      this.#select()
      return
    }
    if (before.theme !== view.theme) {
      this.#stroked = null
      this.#mark(...LAYERS)
    }
    if (before.brushes !== view.brushes) this.#select()
    if (before.pinned !== view.pinned) this.#mark('emphasis')
  }

  /** Emphasises a run from outside, as a table does; -1 = none. */
  hover(run: number): void {
    const own = run >= 0 && this.#view?.members?.[run] === 0 ? -1 : run
    if (own === this.#hovered) return
    this.#hovered = own
    this.#mark('emphasis')
  }

  get layout(): Layout {
    return this.#layout
  }

  debug(): Record<string, unknown> {
    const pending = this.#stale.size > 0
    return debugOf({ view: this.#view, layout: this.#layout, mask: this.#mask, hovered: this.#hovered, chips: this.#chips, pending })
  }

  values(): DrawnValues {
    return drawnValues(this.#view?.scene)
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    this.#observer.disconnect()
    this.#listeners.abort()
    for (const canvas of Object.values(this.#canvases)) canvas.remove()
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host
    if (this.#view !== null && (width !== this.#layout.width || height !== this.#layout.height)) this.#place()
  }

  #place(): void {
    const { scene } = this.#view!
    const { clientWidth: width, clientHeight: height } = this.#host
    this.#layout = layoutOf(scene.axes.length, width, height, endLetters(this.#view!))
    this.#lines = scene.axes.length > 0 ? linesOf(this.#layout, scene.places, scene.ids.length, scene.curved) : null
    for (const canvas of Object.values(this.#canvases)) fit(canvas, width, height)
    this.#stroked = null
    this.#mark(...LAYERS)
  }

  #select(): void {
    const { scene, brushes } = this.#view!
    this.#mask = maskOf(scene.axes, brushes, scene.ids.length, this.#members())
    // While a brush grows, what it adds is stroked on top; the order of colours is put right when it is let go.
    if (this.#drag === null && !this.#stroked?.inOrder) this.#stroked = null
    this.#mark('selected', 'selection', 'emphasis')
  }

  #mark(...layers: Layer[]): void {
    for (const layer of layers) this.#stale.add(layer)
    this.#frame ||= requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frame = 0
    const view = this.#view
    const stale = new Set(this.#stale)
    this.#stale.clear()
    if (view === null || this.#layout.width === 0) return
    const start = performance.now()
    const brushed = isBrushed(view.scene.axes, view.brushes)
    if (stale.has('base')) this.#drawBase(view)
    if (brushed && (stale.has('ghost') || this.#canvases.ghost.dataset.drawn !== 'yes')) this.#drawGhost(view)
    if (stale.has('selected')) this.#drawSelected(view, brushed)
    if (stale.has('axes'))
      drawAxes({ pen: this.#clear('axes'), layout: this.#layout, scene: view.scene, theme: view.theme })
    if (stale.has('selection')) this.#drawSelection(view, brushed)
    if (stale.has('emphasis')) this.#drawEmphasis(view)
    // A canvas that is not looked at need not be composited either.
    this.#canvases.base.hidden = brushed
    this.#canvases.ghost.hidden = this.#canvases.selected.hidden = !brushed
    if (stale.has('selected')) this.#events.drawn(performance.now() - start)
  }

  #clear(layer: Layer): CanvasRenderingContext2D {
    return cleared(this.#canvases[layer])
  }

  #members(): Uint8Array | null {
    return this.#view?.members ?? null
  }

  #drawBase({ scene, theme, members }: View): void {
    const pen = this.#clear('base')
    this.#canvases.ghost.dataset.drawn = 'no'
    const shown = members ?? new Uint8Array(scene.ids.length).fill(1)
    if (this.#lines) drawRuns(pen, this.#lines, scene, shown, theme, lineStyle(scene.ids.length, devicePixelRatio))
  }

  #drawGhost({ theme }: View): void {
    drawGhost(this.#clear('ghost'), this.#canvases.base, theme.ghost)
    this.#canvases.ghost.dataset.drawn = 'yes'
  }

  #drawSelected({ scene, theme }: View, brushed: boolean): void {
    const { selected, count } = this.#mask
    const style = lineStyle(count, devicePixelRatio)
    const before = this.#stroked
    const alike = before !== null && before.style.alpha === style.alpha && before.style.width === style.width
    const grew = brushed && alike && isWithin(before.runs, selected)
    if (grew && isWithin(selected, before.runs)) return
    // Out of order only while a drag lasts: what was in order before it may have grown by a drag alone.
    const added = grew && this.#drag !== null ? selected.map((on, run) => (before.runs[run] ? 0 : on)) : null
    const pen = added ? this.#canvases.selected.getContext('2d')! : this.#clear('selected')
    this.#stroked = brushed ? { runs: selected, style, inOrder: added === null } : null
    if (brushed && this.#lines) drawRuns(pen, this.#lines, scene, added ?? selected, theme, style)
  }

  #drawSelection({ scene, theme, brushes, members }: View, brushed: boolean): void {
    const pen = this.#clear('selection')
    const selection: Selection = { selected: this.#mask.selected, members, brushed }
    this.#chips = drawSelection({ pen, layout: this.#layout, scene, theme }, brushes, selection)
  }

  #drawEmphasis(view: View): void {
    const pen = this.#clear('emphasis')
    if (this.#lines === null) return
    const { scene, theme } = view
    const crowd = scene.colouring.order.filter((run) => this.#mask.selected[run])
    const stage = { pen, layout: this.#layout, lines: this.#lines, scene, theme, crowd, chips: this.#chips }
    drawEmphasis(stage, emphasesOf(view, this.#hovered))
  }

  #point(event: PointerEvent): Point {
    const box = this.#host.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  #target(point: Point): Target {
    const { scene, brushes } = this.#view!
    return targetAt(this.#layout, scene.axes, (axis) => brushes.get(axis.key) ?? [], point)
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.#view === null) return
    const from = this.#point(event)
    const target = this.#target(from)
    if (target.kind === 'field') return
    const axis = this.#view.scene.axes[target.axis]!
    const before = this.#view.brushes.get(axis.key) ?? []
    this.#drag = { target, from, before, adding: event.shiftKey, moved: false }
    this.#host.setPointerCapture(event.pointerId)
    event.preventDefault()
    this.#setHovered(-1)
  }

  #move(event: PointerEvent): void {
    if (this.#view === null) return
    const point = this.#point(event)
    if (this.#drag !== null) {
      this.#drag.moved ||= Math.abs(point.y - this.#drag.from.y) >= CLICK_PX
      if (this.#drag.moved) this.#brush(dragged(this.#layout, this.#dragAxis(), this.#drag, point), false)
      return
    }
    const target = this.#target(point)
    const run = target.kind === 'field' ? this.#runAt(point) : -1
    this.#host.style.cursor = run >= 0 || this.#isSlot(target) ? 'pointer' : CURSORS[target.kind]
    this.#setHovered(run)
  }

  #release(event: PointerEvent): void {
    if (this.#view === null) return
    const drag = this.#drag
    const point = this.#point(event)
    this.#drag = null
    if (drag === null) {
      const run = event.button === 0 && this.#target(point).kind === 'field' ? this.#runAt(point) : -1
      if (run >= 0) this.#events.pick(run)
      return
    }
    const axis = this.#view.scene.axes[drag.target.axis]!
    const parts = drag.moved ? dragged(this.#layout, axis, drag, point) : clicked(this.#layout, axis, drag)
    this.#events.brush(axis.key, parts, true)
  }

  /** A gesture that the browser takes away leaves the brush as it was. */
  #cancel(): void {
    const drag = this.#drag
    this.#drag = null
    if (this.#view !== null && drag?.moved) this.#events.brush(this.#view.scene.axes[drag.target.axis]!.key, drag.before, true)
  }

  /** The mask follows at once; the view hears of it and may take its time. */
  #brush(parts: readonly BrushPart[], done: boolean): void {
    const view = this.#view!
    const { key } = this.#dragAxis()
    this.#view = { ...view, brushes: withBrush(view.brushes, key, parts) }
    this.#select()
    this.#events.brush(key, parts, done)
  }

  #dragAxis(): Scene['axes'][number] {
    return this.#view!.scene.axes[this.#drag!.target.axis]!
  }

  #isSlot(target: Target): boolean {
    return target.kind === 'axis' && this.#view!.scene.axes[target.axis]!.scale === null
  }

  #runAt(point: Point): number {
    const lines = this.#lines
    if (lines === null || point.y < this.#layout.top - HOVER_REACH_PX || point.y > this.#layout.railY + 8) return -1
    return nearest(lines, this.#view!.scene.colouring.order, this.#mask.selected, point, HOVER_REACH_PX)
  }

  #setHovered(run: number): void {
    if (run === this.#hovered) return
    this.hover(run)
    this.#events.hover(run)
  }
}

/** Whether every run of `part` is in `whole`. */
function isWithin(part: Uint8Array, whole: Uint8Array): boolean {
  return part.every((on, run) => !on || whole[run])
}
