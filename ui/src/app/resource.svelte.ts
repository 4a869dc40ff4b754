/** An answer of the server that stays on screen until the next one is there. */
import { untrack } from 'svelte'

/** Below this the eye takes the old answer for the new one; a sign of loading would only flicker. */
const SLOW_MS = 200
/** Live data comes up to four times a second; one look a second keeps up with it and leaves the machine to training. What
 * was changed here shows at once, unless another look has just begun. */
const REFRESH_GAP_MS = 1000
/** Changes that come together are looked at together. */
const GATHER_MS = 20

type Fetcher<T> = (signal: AbortSignal) => Promise<T> | null

export class Resource<T> {
  data = $state.raw<T | undefined>(undefined)
  error = $state.raw<Error | null>(null)
  /** True once a fetch takes long enough to be worth saying. */
  slow = $state(false)
  /** True until the first answer or error. */
  first = $state(true)
  readonly #fetcher: Fetcher<T>
  #abort: AbortController | null = null
  #stale = false
  #timer = 0
  #asked = -Infinity

  /**
   * Fetches whenever what `fetcher` reads changes; make one while a component starts.
   *
   * Args:
   *   fetcher: returns a promise, or null when there is nothing to ask for. A change drops the fetch under way.
   *   refreshOn: what it reads makes the same question asked again, without dropping the fetch under way.
   */
  constructor(fetcher: Fetcher<T>, refreshOn: () => unknown = () => null) {
    this.#fetcher = fetcher
    let asked = false
    $effect(() => {
      const abort = this.#restart()
      const promise = fetcher(abort.signal)
      untrack(() => void this.#follow(promise, abort))
    })
    $effect(() => {
      refreshOn()
      if (asked) untrack(() => this.refresh())
      asked = true
    })
    $effect(() => () => {
      this.#abort?.abort()
      clearTimeout(this.#timer)
    })
  }

  /** Asks again: at once, or as soon as a second has passed since the last time. */
  refresh(): void {
    this.#stale = true
    if (!this.#abort) this.#schedule()
  }

  #restart(): AbortController {
    this.#abort?.abort()
    this.#stale = false
    this.#asked = performance.now()
    this.#abort = new AbortController()
    return this.#abort
  }

  #schedule(): void {
    const wait = Math.max(GATHER_MS, this.#asked + REFRESH_GAP_MS - performance.now())
    this.#timer ||= window.setTimeout(() => {
      this.#timer = 0
      if (!this.#stale || this.#abort) return
      const abort = this.#restart()
      void this.#follow(this.#fetcher(abort.signal), abort)
    }, wait)
  }

  async #follow(promise: Promise<T> | null, abort: AbortController): Promise<void> {
    const timer = setTimeout(() => (this.slow = !abort.signal.aborted), SLOW_MS)
    try {
      const data = await promise
      if (abort.signal.aborted) return
      this.data = data ?? undefined
      this.error = null
    } catch (error) {
      if (abort.signal.aborted) return
      this.error = error instanceof Error ? error : new Error(String(error))
    } finally {
      clearTimeout(timer)
      if (this.#abort === abort) this.#finish(promise !== null)
    }
  }

  #finish(answered: boolean): void {
    this.#abort = null
    this.slow = false
    if (answered) this.first = false
    if (this.#stale) this.#schedule()
  }
}
