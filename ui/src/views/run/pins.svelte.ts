/** What a person keeps in front of them on the pages of all runs of a project. It stays in this browser. */
import { api } from '../../core/api'

interface Kept {
  /** Series shown as key figures, as selectors; none means that the page chooses. */
  figures: string[]
  /** Names of metrics whose charts come first. */
  metrics: string[]
}

const NOTHING: Kept = { figures: [], metrics: [] }

class Pins {
  #kept = $state.raw<Kept>(NOTHING)
  #key = ''

  /** Reads what is kept for the project of this server. */
  async load(): Promise<void> {
    const { root } = await api.project()
    this.#key = `ridgeline.run-page:${root}`
    this.#kept = parse(localStorage.getItem(this.#key))
  }

  get figures(): readonly string[] {
    return this.#kept.figures
  }

  get metrics(): readonly string[] {
    return this.#kept.metrics
  }

  keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change }
    if (this.#key) localStorage.setItem(this.#key, JSON.stringify(this.#kept))
  }

  toggleMetric(name: string): void {
    const { metrics } = this.#kept
    this.keep({ metrics: metrics.includes(name) ? metrics.filter((other) => other !== name) : [...metrics, name] })
  }
}

function parse(text: string | null): Kept {
  try {
    const read = JSON.parse(text ?? '{}') as Partial<Kept>
    const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [])
    return { figures: list(read.figures), metrics: list(read.metrics) }
  } catch {
    return NOTHING
  }
}

export const pins = new Pins()
