/** A note that is being written: kept apart from the recorded one until it is saved, and through a change of page. */
import { api, ApiError } from '../../core/api'

interface Kept {
  /** What the note read when the writing began. */
  base: string
  text: string
}

export class Draft {
  text = $state('')
  /** What the draft was made from. */
  base = $state('')
  saving = $state(false)
  error = $state.raw<Error | null>(null)
  readonly #run: string
  readonly #key: string

  constructor(run: string, recorded: string) {
    this.#run = run
    this.#key = `ridgeline.note:${run}`
    const kept = sessionStorage.getItem(this.#key)
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

  /** The recorded note has changed: followed where nothing was written, left to the writer where something was. */
  follow(recorded: string): void {
    if (recorded === this.base || this.changed) return
    this.take(recorded)
  }

  /** Goes on from the recorded note, without what was written. */
  take(recorded: string): void {
    this.base = recorded
    this.text = recorded
    this.#keep()
  }

  /** Goes on with what was written, in the knowledge of the recorded note. */
  insist(recorded: string, text = this.text): void {
    this.base = recorded
    this.text = text
    this.#keep()
  }

  /** Saves; a note that was changed elsewhere meanwhile is left alone, and so is the draft. */
  async save(): Promise<boolean> {
    const { text, base } = this
    this.saving = true
    this.error = null
    try {
      await api.edit({ ids: [this.#run], note: text, note_before: base })
      this.base = text
      this.#keep()
      return true
    } catch (error) {
      // The page reads the note again and shows both.
      if (!(error instanceof ApiError && error.slug === 'note-changed')) this.error = error instanceof Error ? error : new Error(String(error))
      return false
    } finally {
      this.saving = false
    }
  }

  #keep(): void {
    if (this.changed) sessionStorage.setItem(this.#key, JSON.stringify({ base: this.base, text: this.text } satisfies Kept))
    else sessionStorage.removeItem(this.#key)
  }
}
