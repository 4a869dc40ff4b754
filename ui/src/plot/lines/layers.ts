/**
 * The canvases of a chart, one above the other.
 *
 * A browser without a GPU copies a canvas that has changed as a whole, and lays all of them over each other wherever
 * one has changed; a new size is a new buffer, which costs more than either. So the lowest canvas is opaque, and what
 * follows the pointer stands on small ones that are moved and keep their size.
 */
import type { Box } from './paint-overlay'

const LAYERS = ['frame', 'lines', 'lifted', 'cursor', 'level'] as const
export type LayerName = (typeof LAYERS)[number]

/** These are moved with the pointer. */
const MOVING: readonly LayerName[] = ['cursor', 'level']

export class Layers {
  private readonly canvases: Readonly<Record<LayerName, HTMLCanvasElement>>
  private readonly contexts = new Map<LayerName, CanvasRenderingContext2D>()
  private readonly shown = new Set<LayerName>()
  private readonly places = new Map<LayerName, string>()

  constructor(host: HTMLElement) {
    const made = LAYERS.map((layer) => {
      const canvas = document.createElement('canvas')
      canvas.dataset.layer = layer
      const moving = MOVING.includes(layer) ? ';will-change:transform' : ''
      canvas.style.cssText = `position:absolute;left:0;top:0;pointer-events:none;visibility:hidden${moving}`
      host.append(canvas)
      return [layer, canvas] as const
    })
    this.canvases = Object.fromEntries(made) as Record<LayerName, HTMLCanvasElement>
  }

  context(layer: LayerName): CanvasRenderingContext2D {
    const known = this.contexts.get(layer)
    if (known) return known
    const made = this.canvases[layer].getContext('2d', { alpha: layer !== 'frame' })!
    this.contexts.set(layer, made)
    return made
  }

  /** Paints what lies in `box`, in pixels of the chart; null hides the layer. */
  paint(layer: LayerName, box: Box | null, dpr: number, paint: (context: CanvasRenderingContext2D) => void): void {
    this.show(layer, box !== null)
    if (box === null) return
    const canvas = this.canvases[layer]
    const context = this.context(layer)
    const [left, top] = [Math.round(box.left * dpr), Math.round(box.top * dpr)]
    this.resize(canvas, Math.round((box.right - box.left) * dpr), Math.round((box.bottom - box.top) * dpr), dpr)
    this.move(layer, `translate(${left / dpr}px,${top / dpr}px)`)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.setTransform(dpr, 0, 0, dpr, -left, -top)
    paint(context)
  }

  private resize(canvas: HTMLCanvasElement, width: number, height: number, dpr: number): void {
    if (canvas.width === width && canvas.height === height) return
    canvas.width = width
    canvas.height = height
    canvas.style.width = `${width / dpr}px`
    canvas.style.height = `${height / dpr}px`
  }

  private move(layer: LayerName, transform: string): void {
    if (this.places.get(layer) === transform) return
    this.places.set(layer, transform)
    this.canvases[layer].style.transform = transform
  }

  private show(layer: LayerName, shown: boolean): void {
    if (this.shown.has(layer) === shown) return
    this.canvases[layer].style.visibility = shown ? 'visible' : 'hidden'
    if (shown) this.shown.add(layer)
    else this.shown.delete(layer)
  }

  fade(layer: LayerName, opacity: string): void {
    const { style } = this.canvases[layer]
    if (style.opacity !== opacity) style.opacity = opacity
  }

  destroy(): void {
    for (const layer of LAYERS) this.canvases[layer].remove()
  }
}
