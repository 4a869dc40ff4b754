import { live } from '../../app/live.svelte'
import { api } from '../../core/api'
import { stripAnsi } from '../../core/ansi'
import type { ConsoleLine } from '../../core/wire'

/** The first page is there at once, the others bring a long console in few requests. */
const FIRST_PAGE = 2000
const PAGE = 20_000
const POLL_MS = 1000

/** The console of a run, read page by page and followed while the run lasts. */
export class ConsoleLog {
  lines = $state.raw<readonly ConsoleLine[]>([])
  error = $state.raw<Error | null>(null)
  loaded = $state(false)
  /** While there is more to read at once. */
  reading = $state(true)
  /** The text without colours. */
  plain: readonly string[] = []
  /** Characters of the longest line. */
  longest = 0
  #next = 0

  /** Make it while a component starts. */
  constructor(run: string, running: () => boolean) {
    $effect(() => {
      const abort = new AbortController()
      let seen = -1
      const loop = async (): Promise<void> => {
        while (!abort.signal.aborted) {
          if (!this.loaded || (running() && seen !== live.generation)) {
            seen = live.generation
            await this.#read(run, abort.signal)
          }
          await new Promise((done) => setTimeout(done, POLL_MS))
        }
      }
      void loop()
      return () => abort.abort()
    })
  }

  async #read(run: string, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const limit = this.#next ? PAGE : FIRST_PAGE
        const page = await api.console(run, this.#next, limit, signal)
        if (page.lines.length) {
          const plain = page.lines.map((line) => stripAnsi(line.text))
          this.longest = plain.reduce((most, text) => Math.max(most, text.length), this.longest)
          this.plain = [...this.plain, ...plain]
          this.lines = [...this.lines, ...page.lines]
        }
        this.#next = page.next
        if (page.lines.length < limit) break
      }
      this.reading = false
      this.error = null
    } catch (error) {
      if (!signal.aborted) this.error = error instanceof Error ? error : new Error(String(error))
    }
    this.loaded = true
  }
}
