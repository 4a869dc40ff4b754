/** The state of a page of objects, and the listing that follows from it. */
import { live } from '../../app/live.svelte'
import type { PageState } from '../../app/page-state.svelte'
import { Resource } from '../../app/resource.svelte'
import { api } from '../../core/api'
import type { ListedObject, ListedSeries, MetricPicker, Pickers, RunDetails } from '../../core/wire'
import { boxSize, mediaSize } from './boxes'
import { captionLines } from './captions'
import { kindsPresent } from './keys'
import { fetchObjects, listingParams } from './listing'
import { KINDS, type Kind, type OBJECTS, type ObjectsState } from './state'

/** A run and its series of objects. */
export type RunSeries = Pick<RunDetails, 'id' | 'objects'>

export class ObjectsModel {
  readonly page: PageState<typeof OBJECTS>
  readonly #of: (() => RunSeries) | null
  readonly #pickers = new Resource((signal) => api.pickers(signal), () => live.generation)
  readonly listing: Resource<Awaited<ReturnType<typeof fetchObjects>>>

  readonly state: Readonly<ObjectsState>
  /** The kind asked for; without one, the first that some run has. */
  readonly kind: Kind | null = $derived.by(() => {
    if (this.state.kind !== 'auto') return this.state.kind
    if (!this.choices) return null
    const present = this.present
    return KINDS.find((kind) => present.has(kind)) ?? 'image'
  })
  /** What there is to choose from: of the whole project, or the names of the one run. */
  readonly choices = $derived.by((): Pickers | undefined => {
    const all = this.#pickers.data
    return all && this.#of ? { ...all, metrics: metricsOf(this.#of().objects) } : all
  })
  readonly present = $derived.by(() => kindsPresent(this.choices?.metrics ?? []))
  readonly params = $derived.by(() => (this.kind ? listingParams(this.state, this.kind, this.#of?.().id ?? null) : {}))
  /** One string, so that an address that changes nothing asks nothing again. */
  readonly #asked = $derived(this.kind ? JSON.stringify(this.params) : null)
  /** The listing, unless it is still that of another kind. */
  readonly data = $derived.by(() => (this.listing.data?.kind === this.kind ? this.listing.data : undefined))
  readonly items = $derived(this.data?.objects ?? [])
  readonly media = $derived.by(() => mediaSize(this.kind ?? 'image', this.items, this.state))
  readonly captionCount = $derived.by(() => {
    const listing = this.data
    if (!listing) return 0
    // Boxes are of one height: that of the longest caption among those that are looked at first.
    return listing.objects.slice(0, 400).reduce((most, item) => Math.max(most, captionLines(listing, item, this.state.cap).length), 0)
  })
  readonly box = $derived(boxSize(this.media, this.captionCount))

  /** Args: run: the one run whose objects are shown; without it those of all. */
  constructor(page: PageState<typeof OBJECTS>, run: (() => RunSeries) | null = null) {
    this.page = page
    this.state = page.state
    this.#of = run
    this.listing = new Resource(
      (signal) => (this.#asked === null ? null : fetchObjects(JSON.parse(this.#asked) as ReturnType<typeof listingParams>, signal)),
      () => live.generation,
    )
  }

  /** Kinds to switch between: of one run only those that it has. */
  get kinds(): readonly Kind[] {
    return this.#of ? KINDS.filter((kind) => this.present.has(kind)) : KINDS
  }

  /** Why nothing can be shown: what is wrong with the question, or with the server. */
  get error(): Error | null {
    return this.listing.error ?? (this.#pickers.data ? null : this.#pickers.error)
  }

  askAgain(): void {
    if (!this.#pickers.data) this.#pickers.refresh()
    this.listing.refresh()
  }

  get slow(): boolean {
    return this.listing.slow || this.#pickers.slow
  }

  get generation(): number {
    return live.generation
  }

  /** Kinds have their own names and sizes, so these do not go along. */
  showKind(kind: Kind): void {
    this.page.set({ kind, m: [], size: 0, find: '', open: '', with: '', at: null, smin: null, smax: null, imin: null, imax: null })
  }

  seriesOf(item: ListedObject): ListedSeries | undefined {
    return this.data?.series[item.series]
  }

  isRunning(item: ListedObject): boolean {
    const series = this.seriesOf(item)
    return series !== undefined && this.data?.runs[series.run]?.status === 'running'
  }

}

function metricsOf(series: RunDetails['objects']): MetricPicker[] {
  const found = new Map<string, MetricPicker>()
  for (const { name, kind, context } of series) {
    const one = found.get(`${kind} ${name}`) ?? { name, kind, runs: 1, contexts: [], goal: 'max' }
    one.contexts.push({ context, runs: 1 })
    found.set(`${kind} ${name}`, one)
  }
  return [...found.values()]
}
