/** One panel on two canvases: what stays while the pointer moves, and what follows it. */
import type { ThemeTokens } from '../../core/theme-tokens'
import { addCanvas, cleared, fit } from '../canvas'
import { type Drag, Pointer } from '../pointer'
import { type Axis, slotCentre } from '../axes/axis'
import { type BrushPart, type Brushes, extentOf, rangeBetween } from '../axes/brush'
import { type Box, boxOf, paintDots, paintFrame, paintNamed, paintTrends, pixelX, pixelY, type Stage } from './paint'
import type { Panel, Scatter } from './scene'

/** The pointer takes the nearest dot within this. */
const REACH_PX = 18

export interface ScatterEvents {
  /** -1 = none. */
  hover(run: number): void
  pick(run: number): void
  /** Where was pressed without a dot. */
  clear(): void
  brush(x: BrushPart[], y: BrushPart[], done: boolean): void
  drawn(ms: number): void
}

export interface ScatterView {
  readonly scatter: Scatter
  readonly panel: Panel
  readonly theme: ThemeTokens
  readonly brushes: Brushes
  readonly selected: Uint8Array | null
  /** The run to name at all times; -1 = none. */
  readonly standout: number
}

export interface ScatterDebug {
  readonly label: string
  readonly runs: readonly { id: string; x: number; y: number; left: number; top: number; radius: number }[]
  readonly selected: number
  readonly trends: number
  readonly hovered: string | null
  readonly box: Box
}

export interface ScatterElement extends HTMLElement {
  __chart?: { debug(): ScatterDebug }
}

export class ScatterPlot {
  private view: ScatterView | null = null
  private hovered = -1
  private size = { width: 0, height: 0 }
  private box: Box = { left: 0, top: 0, right: 0, bottom: 0 }
  private stale = { base: false, overlay: false }
  private request = 0
  private readonly base: HTMLCanvasElement
  private readonly overlay: HTMLCanvasElement
  private readonly pointer: Pointer
  private readonly resize: ResizeObserver

  constructor(
    host: ScatterElement,
    private readonly events: ScatterEvents,
  ) {
    this.base = addCanvas(host)
    this.overlay = addCanvas(host)
    this.pointer = new Pointer(host, {
      move: (left, top) => events.hover(this.nearest(left, top)),
      leave: () => events.hover(-1),
      drag: (drag) => this.dragTo(drag, false),
      drop: (drag) => this.dragTo(drag, true),
      click: () => (this.hovered >= 0 ? events.pick(this.hovered) : events.clear()),
      back: () => undefined,
      wheel: () => undefined,
    })
    this.resize = new ResizeObserver(() => {
      this.size = { width: host.clientWidth, height: host.clientHeight }
      for (const canvas of [this.base, this.overlay]) fit(canvas, this.size.width, this.size.height)
      this.invalidate('base', 'overlay')
    })
    this.resize.observe(host)
    host.__chart = { debug: () => this.debug() }
  }

  show(view: ScatterView): void {
    this.view = view
    this.invalidate('base', 'overlay')
  }

  hover(run: number): void {
    if (run === this.hovered) return
    this.hovered = run
    this.invalidate('overlay')
  }

  destroy(): void {
    cancelAnimationFrame(this.request)
    this.resize.disconnect()
    this.pointer.destroy()
    this.base.remove()
    this.overlay.remove()
  }

  private invalidate(...layers: (keyof typeof this.stale)[]): void {
    for (const layer of layers) this.stale[layer] = true
    this.request ||= requestAnimationFrame(() => {
      this.request = 0
      this.draw()
    })
  }

  private draw(): void {
    const { view } = this
    if (!view || this.size.width === 0 || this.size.height === 0) return
    const start = performance.now()
    const stale = this.stale
    this.stale = { base: false, overlay: false }
    if (stale.base) {
      const painter = cleared(this.base)
      this.box = boxOf(painter, view.scatter, this.size, view.theme)
      const stage = { ...view, box: this.box }
      paintFrame(painter, stage)
      paintDots(painter, stage)
      paintTrends(painter, stage)
      if (view.panel.runs.includes(view.standout)) paintNamed(painter, stage, view.standout, view.theme.standoutText)
    }
    this.drawOverlay(cleared(this.overlay), { ...view, box: this.box })
    if (stale.base) this.events.drawn(performance.now() - start)
  }

  private drawOverlay(context: CanvasRenderingContext2D, stage: Stage & ScatterView): void {
    const { brushes, scatter, theme, panel } = stage
    context.fillStyle = theme.accent
    context.strokeStyle = theme.accent
    context.lineWidth = 1
    for (const [left, right] of extents(scatter.x, brushes))
      for (const [bottom, top] of extents(scatter.y, brushes)) {
        if (right - left >= 1 && top - bottom >= 1) continue
        const [x, y] = [pixelX(this.box, left), pixelY(this.box, top)]
        const [width, height] = [pixelX(this.box, right) - x, pixelY(this.box, bottom) - y]
        context.globalAlpha = 0.06
        context.fillRect(x, y, width, height)
        context.globalAlpha = 0.7
        context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, width, height)
        context.globalAlpha = 1
      }
    if (this.hovered >= 0 && this.hovered !== stage.standout && panel.runs.includes(this.hovered))
      paintNamed(context, stage, this.hovered, theme.text)
  }

  private nearest(left: number, top: number): number {
    if (!this.view) return -1
    const { scatter, panel } = this.view
    let best = REACH_PX ** 2
    let found = -1
    for (const run of panel.runs) {
      const dx = pixelX(this.box, scatter.atX[run]!) - left
      const dy = pixelY(this.box, scatter.atY[run]!) - top
      const distance = dx * dx + dy * dy
      // Of dots in one place the last is on top.
      if (distance <= best) [best, found] = [distance, run]
    }
    return found
  }

  private dragTo({ fromX, fromY, toX, toY }: Drag, done: boolean): void {
    if (!this.view) return
    const { left, right, top, bottom } = this.box
    const unitX = (x: number): number => Math.min(1, Math.max(0, (x - left) / (right - left)))
    const unitY = (y: number): number => Math.min(1, Math.max(0, (bottom - y) / (bottom - top)))
    const { x, y } = this.view.scatter
    this.events.brush(partsBetween(x, unitX(fromX), unitX(toX), right - left), partsBetween(y, unitY(fromY), unitY(toY), bottom - top), done)
  }

  private debug(): ScatterDebug {
    const { scatter, panel, selected } = this.view!
    const { scene } = scatter
    return {
      label: panel.label,
      runs: Array.from(panel.runs, (run) => ({
        id: scene.ids[run]!,
        x: scatter.x.numbers[run]!,
        y: scatter.y.numbers[run]!,
        left: pixelX(this.box, scatter.atX[run]!),
        top: pixelY(this.box, scatter.atY[run]!),
        radius: scatter.radius[run]!,
      })),
      selected: selected ? panel.runs.filter((run) => selected[run]).length : panel.runs.length,
      trends: panel.trends.length,
      hovered: this.hovered >= 0 ? (scene.ids[this.hovered] ?? null) : null,
      box: this.box,
    }
  }
}

/** The brush between two places of an axis, 0…1 as drawn. */
function partsBetween(axis: Axis, from: number, to: number, lengthPx: number): BrushPart[] {
  if (axis.scale) return [rangeBetween(axis, from, to, lengthPx)]
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  const half = 0.5 / axis.slots.length
  const touched = axis.slots.filter(({ at }) => slotCentre(axis, at) + half > low && slotCentre(axis, at) - half < high)
  return [{ kind: 'values', values: touched.map(({ value }) => value) }]
}

/** Places of the brushes of an axis; all of it where there is none. */
function extents(axis: Axis, brushes: Brushes): [number, number][] {
  const parts = brushes.get(axis.key)
  if (!parts) return [[0, 1]]
  const half = 0.5 / Math.max(1, axis.slots.length)
  return parts.flatMap((part): [number, number][] => {
    if (part.kind === 'rail') return []
    if (part.kind === 'range') return axis.scale ? [extentOf(axis, part.low, part.high)] : []
    return axis.slots
      .filter(({ value }) => part.values.includes(value))
      .map(({ at }) => [slotCentre(axis, at) - half, slotCentre(axis, at) + half])
  })
}
