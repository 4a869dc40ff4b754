/** An object shown large, among all of its kind that its run has: the steps, indices and series to go to. */
import { live } from '../../app/live.svelte'
import { Resource } from '../../app/resource.svelte'
import type { ListedObject, ListedSeries, ObjectListing } from '../../core/wire'
import { fetchRunObjects, runOf, seriesKey } from './listing'
import type { Kind } from './state'

export class Viewed {
  readonly #id: () => string
  readonly listing: Resource<ObjectListing>
  readonly item = $derived.by((): ListedObject | undefined => this.listing.data?.objects.find(({ id }) => id === this.#id()))
  readonly series = $derived.by((): ListedSeries | undefined => (this.item ? this.listing.data?.series[this.item.series] : undefined))
  readonly run = $derived.by(() => (this.series ? this.listing.data?.runs[this.series.run] : undefined))
  /** All of its series, by step and index. */
  readonly siblings = $derived.by(() => {
    const item = this.item
    return item ? (this.listing.data?.objects ?? []).filter(({ series }) => series === item.series) : []
  })
  readonly steps = $derived([...new Set(this.siblings.map(({ step }) => step))])

  constructor(kind: () => Kind, id: () => string) {
    this.#id = id
    const run = $derived(runOf(id()))
    this.listing = new Resource(
      (signal) => (run ? fetchRunObjects(kind(), run, signal) : null),
      () => (this.run?.status === 'running' ? live.generation : null),
    )
  }

  /** The same index at another step, or the nearest that is there. */
  atStep(step: number): ListedObject | undefined {
    const there = this.siblings.filter((one) => one.step === step)
    return there.find(({ index }) => index === this.item?.index) ?? there[0]
  }

  stepBy(by: number): ListedObject | undefined {
    const step = this.item ? this.steps[this.steps.indexOf(this.item.step) + by] : undefined
    return step === undefined ? undefined : this.atStep(step)
  }

  indexBy(by: number): ListedObject | undefined {
    const there = this.siblings.filter(({ step }) => step === this.item?.step)
    return there[there.findIndex(({ id }) => id === this.item?.id) + by]
  }
}

/** Of a run's objects the one that compares with `like`: same name and context, the newest step up to its step, its index. */
export function counterpart(listing: ObjectListing, like: { item: ListedObject; series: ListedSeries }): ListedObject | undefined {
  const key = seriesKey(like.series)
  const own = listing.objects.filter(({ series }) => seriesKey(listing.series[series]!) === key)
  const step = own.findLast((one) => one.step <= like.item.step)?.step ?? own[0]?.step
  const there = own.filter((one) => one.step === step)
  return there.find(({ index }) => index === like.item.index) ?? there[0]
}
