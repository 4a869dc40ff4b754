import { live } from '../../app/live.svelte'
import { api } from '../../core/api'
import { stripAnsi } from '../../core/ansi'
import type { ConsoleLine } from '../../core/wire'

const PAGE = 2000
const POLL_MS = 1000

/** The console of a run, read page by page and followed while the run lasts. */
export class ConsoleLog {
  lines = $state.raw<readonly ConsoleLine[]>([])
  error = $state.raw<Error | null>(null)
  loaded = $state(false)
  /** Lower-case text without colours, for the search. */
  plain: string[] = []
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
        const page = await api.console(run, this.#next, signal)
        if (page.lines.length) {
          this.plain.push(...page.lines.map((line) => stripAnsi(line.text).toLowerCase()))
          this.lines = [...this.lines, ...page.lines]
        }
        this.#next = page.next
        if (page.lines.length < PAGE) break
      }
      this.error = null
    } catch (error) {
      if (!signal.aborted) this.error = error instanceof Error ? error : new Error(String(error))
    }
    this.loaded = true
  }
}
