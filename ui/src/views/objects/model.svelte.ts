/** The state of a page of objects, and the listing that follows from it. */
import { live } from '../../app/live.svelte'
import type { PageState } from '../../app/page-state.svelte'
import { Resource } from '../../app/resource.svelte'
import { api } from '../../core/api'
import { boxSize, mediaSize } from './boxes'
import { captionLines } from './captions'
import { kindsPresent } from './keys'
import { fetchObjects, listingParams, MAX_SHOWN, type ListedObject, type ListedSeries } from './listing'
import { KINDS, type Kind, type OBJECTS, type ObjectsState } from './state'

export const OBJECTS_CONTEXT = Symbol('objects')

export class ObjectsModel {
  readonly page: PageState<typeof OBJECTS>
  /** Objects of this run alone; null for all runs. */
  readonly run: string | null
  readonly pickers = new Resource((signal) => api.pickers(signal), () => live.generation)
  readonly listing: Resource<Awaited<ReturnType<typeof fetchObjects>>>

  readonly state: Readonly<ObjectsState>
  /** The kind asked for; without one, the first that some run has. */
  readonly kind: Kind | null = $derived.by(() => {
    if (this.state.kind !== 'auto') return this.state.kind
    if (!this.pickers.data) return null
    const present = this.present
    return KINDS.find((kind) => present.has(kind)) ?? 'image'
  })
  readonly present = $derived.by(() => this.ownKinds ?? (this.pickers.data ? kindsPresent(this.pickers.data) : new Set<string>()))
  readonly params = $derived.by(() => (this.kind ? listingParams(this.state, this.kind, this.run) : {}))
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

  constructor(page: PageState<typeof OBJECTS>, run: string | null = null, readonly ownKinds: ReadonlySet<string> | null = null) {
    this.page = page
    this.state = page.state
    this.run = run
    this.listing = new Resource(
      (signal) => (this.#asked === null ? null : fetchObjects(JSON.parse(this.#asked) as ReturnType<typeof listingParams>, signal)),
      () => live.generation,
    )
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

  get cut(): boolean {
    return (this.data?.matched ?? 0) > MAX_SHOWN
  }
}
