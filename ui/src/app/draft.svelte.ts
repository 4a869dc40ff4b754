/** A text that is being written: kept apart from the recorded one until it is saved, and through a change of page. */
import { ApiError } from '../core/api'

type Send = (text: string, base: string) => Promise<unknown>

interface Kept {
  /** What the text read when the writing began. */
  base: string
  text: string
}

export class Draft {
  text = $state('')
  /** What the draft was made from. */
  base = $state('')
  saving = $state(false)
  error = $state.raw<Error | null>(null)
  readonly #key: string
  readonly #send: Send
  readonly #changedSlug: string
  /** What this draft has put into the storage. */
  #left: string | null
  readonly #storage: Storage

  /**
   * Args:
   *   key: names the draft in the browser's storage.
   *   send: saves a text in place of the base.
   *   changedSlug: the error of `send` which says that it was changed elsewhere.
   *   storage: where the draft waits: until the tab is closed, or until it is saved.
   */
  constructor(key: string, recorded: string, send: Send, changedSlug: string, storage: Storage = sessionStorage) {
    this.#changedSlug = changedSlug
    this.#key = key
    this.#send = send
    this.#storage = storage
    const kept = storage.getItem(key)
    this.#left = kept
    const { base, text } = kept === null ? { base: recorded, text: recorded } : (JSON.parse(kept) as Kept)
    this.base = base
    this.text = text
  }

  get changed(): boolean {
    return this.text !== this.base
  }

  write(text: string): void {
    this.text = text
    this.#keep()
  }

  /** The recorded text has changed: followed where nothing was written, left to the writer where something was. */
  follow(recorded: string): void {
    if (recorded === this.base || this.changed) return
    this.take(recorded)
  }

  /** Goes on from the recorded text, without what was written. */
  take(recorded: string): void {
    this.base = recorded
    this.text = recorded
    this.#keep()
  }

  /** Goes on with what was written, in the knowledge of the recorded text. */
  insist(recorded: string, text = this.text): void {
    this.base = recorded
    this.text = text
    this.#keep()
  }

  /** Saves; a text that was changed elsewhere meanwhile is left alone, and so is the draft. */
  async save(): Promise<boolean> {
    const { text, base } = this
    this.saving = true
    this.error = null
    try {
      await this.#send(text, base)
      this.base = text
      this.#keep()
      return true
    } catch (error) {
      // The page reads it again and shows both.
      if (!(error instanceof ApiError && error.slug === this.#changedSlug)) this.error = error instanceof Error ? error : new Error(String(error))
      return false
    } finally {
      this.saving = false
    }
  }

  #keep(): void {
    const own = this.changed ? JSON.stringify({ base: this.base, text: this.text } satisfies Kept) : null
    if (own !== null) this.#storage.setItem(this.#key, own)
    // What another tab has left there is not this one's to drop.
    else if (this.#storage.getItem(this.#key) === this.#left) this.#storage.removeItem(this.#key)
    this.#left = own
  }
}
