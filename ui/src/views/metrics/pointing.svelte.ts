/** What the pointer is on, and the point that a click holds. */
import { hover } from '../../app/hover.svelte'
import type { PageState } from '../../app/page-state.svelte'
import type { METRICS, MetricsState } from '../../core/view-state'
import type { Highlight, Line, PointerAt } from '../../plot/lines/types'
import type { Facet } from './scene'

export interface Tip {
  readonly facet: Facet
  readonly line: Line
  readonly at: PointerAt
  readonly clientX: number
  readonly clientY: number
}

/** The point that a click holds. */
export interface Held {
  readonly chart: string
  readonly line: string
  readonly x: number
}

export class Pointing {
  readonly #page: PageState<typeof METRICS>
  tip = $state.raw<Tip | null>(null)
  /** The point that is held: hover waits until it is let go. */
  readonly held = $derived.by<Held | null>(() => {
    const [chart, line, x] = this.#page.state.at
    return chart === undefined || line === undefined || x === undefined ? null : { chart, line, x: Number(x) }
  })
  readonly highlight = $derived.by<Highlight | null>(() => {
    const { hl } = this.#page.state
    if (hl === 'off' || (hover.run === null && hover.series === null)) return null
    const line = hl === 'series' ? (this.tip?.line.id ?? null) : null
    return { line, run: hover.run, group: hover.series }
  })

  constructor(page: PageState<typeof METRICS>) {
    this.#page = page
  }

  /** The pointer is over a chart, or has left it. The cursor stays, so that the table can be read. */
  point(facet: Facet, at: PointerAt | null, box: DOMRect): void {
    if (!this.held) this.show(facet, at, box)
  }

  /** Holds the crosshair and the tooltip at a point, so that the pointer can reach what the tooltip offers. */
  hold(facet: Facet, at: PointerAt, box: DOMRect): void {
    if (!at.line) return
    this.show(facet, at, box)
    this.#page.set({ at: [facet.id, at.line.id, String(at.x)] })
  }

  /** Shows the tooltip of a point, as of the held one when the page opens with it or has changed its size. */
  show(facet: Facet, at: PointerAt | null, box: DOMRect): void {
    hover.run = at?.line?.run ?? null
    hover.series = at?.line?.group ?? null
    if (at) hover.x = at.x
    const line = at?.line
    this.tip = at && line ? { facet, line, at, clientX: box.left + at.left, clientY: box.top + at.top } : null
  }

  /** Lets the held point go, and makes what comes of it one step with that. */
  release(patch: Partial<MetricsState> = {}): void {
    this.#page.set({ ...patch, at: [] })
    this.clear()
  }

  clear(): void {
    this.tip = null
    hover.clear()
  }
}
