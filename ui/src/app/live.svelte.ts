import { api } from '../core/api'
import { recording } from '../core/recorded'
import type { Indexing, LiveChange } from '../core/wire'
import { embedding } from './embedding'

export type LiveStatus = 'connecting' | 'live' | 'offline' | 'snapshot'

const RETRY_MS = 3000

/** The server's word that something changed. Views fetch again when `generation` moves. */
class Live {
  status = $state<LiveStatus>('connecting')
  generation = $state(-1)
  runs = $state(0)
  running = $state(0)
  /** Set while the server takes runs in that its index does not have yet. */
  indexing = $state.raw<Indexing | null>(null)
  #source: EventSource | null = null
  /** Browsers open six connections to a server: the frames of a report hear of changes from the page that they are in. */
  readonly #channel = new BroadcastChannel('ridgeline.live')

  start(): void {
    if (recording) return void (this.status = 'snapshot')
    if (embedding === 'view') {
      this.#channel.onmessage = ({ data }: MessageEvent<LiveChange>) => this.#take(data)
      return void this.#opened()
    }
    this.#source?.close()
    const source = new EventSource('/api/live')
    this.#source = source
    source.addEventListener('open', () => void this.#opened())
    source.addEventListener('change', (event) => this.#hear(JSON.parse(event.data as string) as LiveChange))
    source.addEventListener('error', () => {
      this.status = 'offline'
      // What comes after the gap counts as a change, even from a server that was started anew and counts alike.
      this.generation = -1
      // A dropped connection is retried by the browser; a refused one is not.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(), RETRY_MS)
    })
  }

  async #opened(): Promise<void> {
    this.status = 'live'
    try {
      this.#take(await api.project())
    } catch {
      // The stream that has just opened will say so if the server is gone again.
    }
  }

  #hear(change: LiveChange): void {
    this.#take(change)
    this.#channel.postMessage(change)
  }

  #take(change: LiveChange): void {
    this.status = 'live'
    this.generation = change.generation
    this.runs = change.runs
    this.running = change.running
    this.indexing = change.indexing ?? null
  }
}

export const live = new Live()
