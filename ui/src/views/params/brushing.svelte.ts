/** The brushes of the page: in the address once a gesture is over, here alone while it lasts. */
import { type Brushes, type BrushPart, isBrushed, type Mask, maskOf, withBrush } from '../../plot/axes/brush'
import type { Scene } from '../../plot/axes/scene'
import { readBrushes, writeBrushes } from '../../app/axes/brush-text'

/** A drag that stands still for so long lets the table follow. */
const PAUSE_MS = 150

export class Brushing {
  /** While one is dragged. The address waits: each change of it costs the browser more than the drawing. */
  #dragged = $state.raw<Brushes | null>(null)
  #paused = $state.raw<Brushes | null>(null)
  #pause = 0
  readonly #scene: () => Scene | null
  readonly #texts: () => readonly string[]
  readonly #commit: (texts: string[]) => void
  readonly #kept = $derived.by(() => readBrushes(this.#texts()))
  readonly brushes = $derived.by((): Brushes => this.#dragged ?? this.#kept)
  readonly brushed = $derived.by(() => this.#isBrushed(this.brushes))
  readonly mask = $derived.by(() => this.#mask(this.brushes))
  /** What the table shows: it follows a drag when it pauses. */
  readonly #tableBrushes = $derived.by(() => (this.#dragged === null ? this.#kept : (this.#paused ?? this.#kept)))
  readonly tableBrushed = $derived.by(() => this.#isBrushed(this.#tableBrushes))
  readonly tableMask = $derived.by(() => (this.#tableBrushes === this.brushes ? this.mask : this.#mask(this.#tableBrushes)))

  constructor(scene: () => Scene | null, texts: () => readonly string[], commit: (texts: string[]) => void) {
    this.#scene = scene
    this.#texts = texts
    this.#commit = commit
  }

  /** The parts of one axis; `done` when the gesture is over. */
  change(key: string, parts: readonly BrushPart[], done: boolean): void {
    const next = withBrush(this.brushes, key, parts)
    clearTimeout(this.#pause)
    if (done) {
      this.#dragged = this.#paused = null
      this.#commit(writeBrushes(next))
    } else {
      this.#dragged = next
      this.#pause = window.setTimeout(() => (this.#paused = this.#dragged), PAUSE_MS)
    }
  }

  #isBrushed(brushes: Brushes): boolean {
    const scene = this.#scene()
    return scene !== null && isBrushed(scene.axes, brushes)
  }

  #mask(brushes: Brushes): Mask | null {
    const scene = this.#scene()
    return scene && maskOf(scene.axes, brushes, scene.ids.length)
  }
}
