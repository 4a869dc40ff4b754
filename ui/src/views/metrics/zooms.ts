/** Ranges of the charts, of all or of one, and the way back through them. */
import type { MetricsState } from '../../core/view-state'
import type { Zoom } from '../../plot/lines/types'
import { withSettings } from './chart-settings'
import type { MetricsModel } from './model.svelte'
import type { Facet } from './scene'

type Range = Pick<MetricsState, 'xmin' | 'xmax' | 'ymin' | 'ymax'> & Partial<Pick<MetricsState, 'cs'>>
const NO_ZOOM: Range = { xmin: null, xmax: null, ymin: null, ymax: null }

export class Zooms {
  readonly #model: Pick<MetricsModel, 'page' | 'state' | 'settings' | 'axes' | 'scene' | 'setChart'>
  #before: Range[] = []

  constructor(model: Pick<MetricsModel, 'page' | 'state' | 'settings' | 'axes' | 'scene' | 'setChart'>) {
    this.#model = model
  }

  get zoomed(): boolean {
    const { state, settings } = this.#model
    const { xmin, xmax, ymin, ymax } = state
    return [xmin, xmax, ymin, ymax].some((end) => end !== null) || [...settings.values()].some((own) => own.x ?? own.y)
  }

  /** A zoom of one chart, or of all as they share their axes. */
  zoom(facet: Facet, zoom: Zoom): void {
    if (this.#model.state.zx === 'all') return this.#zoomAll(zoom)
    const { xmin, xmax, ymin, ymax, cs } = this.#model.state
    this.#before.push({ xmin, xmax, ymin, ymax, cs })
    const { x, y } = zoom
    this.#model.setChart(facet.id, { ...(x ? { x: this.#ends(x) } : {}), ...(y ? { y: [short(y[0], y), short(y[1], y)] } : {}) })
  }

  /** A range of y holds for all charts, so it is taken only where they share one or there is one. */
  #zoomAll({ x, y }: Zoom): void {
    const { state, scene, page } = this.#model
    const one = state.yr === 'shared' || state.only !== '' || scene?.facets.length === 1
    if (!x && !(y && one)) return
    const { xmin, xmax, ymin, ymax } = state
    this.#before.push({ xmin, xmax, ymin, ymax })
    const [from, to] = x ? this.#ends(x) : []
    page.set({
      ...(x ? { xmin: from!, xmax: to! } : {}),
      ...(y && one ? { ymin: short(y[0], y), ymax: short(y[1], y) } : {}),
    })
  }

  #ends(x: readonly [number, number]): [number, number] {
    return this.#model.axes[0]?.axes.xWhole ? [Math.floor(x[0]), Math.ceil(x[1])] : [short(x[0], x), short(x[1], x)]
  }

  /** All charts whole again. */
  clear(): void {
    const { settings, state, page } = this.#model
    this.#before = []
    const cs = [...settings.keys()].reduce((texts, chart) => withSettings(texts, chart, { x: null, y: null }), state.cs)
    page.set({ ...NO_ZOOM, cs })
  }

  /** To the range before the last zoom; all, when the page was opened with a range. */
  back(): void {
    if (!this.zoomed) return
    const before = this.#before.pop()
    if (before) this.#model.page.set(before)
    else this.clear()
  }

  /** There is no way back to ranges of another x. */
  forget(): void {
    this.#before = []
  }
}

/** Ends of a dragged range with as many digits as matter, for a short address. */
function short(value: number, [low, high]: readonly [number, number]): number {
  const digits = Math.max(0, Math.min(12, 3 - Math.floor(Math.log10(high - low))))
  return Number(value.toFixed(digits))
}
