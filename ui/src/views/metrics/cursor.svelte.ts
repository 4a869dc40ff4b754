/** The place that the table reads its values at: it follows the pointer, and asks for exact values where it rests. */
import { hover } from '../../app/hover.svelte'
import { Resource } from '../../app/resource.svelte'
import { getBytes, queryString } from '../../core/api'
import { readLines, type LineRow, type LinesAnswer } from '../../core/lines'
import { matchLines, readExactly, type ExactLines } from './exact'
import type { MetricsModel } from './model.svelte'
import { linesQuery } from './request'
import { readAt, type Reading } from './table'

/** Rows change places only once the cursor rests: they would jump about under the eye. */
const SETTLE_MS = 350

interface At {
  readonly x: number
  readonly shown: LinesAnswer
  readonly lines: ExactLines
}

export class Cursor {
  /** Where the pointer has come to rest; null is the end of each line. */
  settled = $state.raw<number | null>(null)
  readonly #exact: Resource<At>

  constructor(model: MetricsModel) {
    $effect(() => {
      const { x } = hover
      const timer = setTimeout(() => (this.settled = x), SETTLE_MS)
      return () => clearTimeout(timer)
    })
    this.#exact = new Resource((signal) => {
      const shown = model.lines.data
      const x = this.settled
      if (x === null || !shown || shown.meta.exact) return null
      const query = queryString({ ...linesQuery(model.state, model.wanted), xmin: x, xmax: x, points: 0, raw: null })
      const own = new Set([...model.settings].flatMap(([chart, { sm, x: range }]) => (sm !== undefined || range ? [chart] : [])))
      return getBytes(`/api/lines.arrow${query}`, signal).then((bytes) => ({ x, shown, lines: matchLines(shown, readLines(bytes), own) }))
    })
  }

  /** Whether values at the cursor are those of thinned lines: the exact ones have not come yet. */
  get rough(): boolean {
    return this.#exact.data?.x !== hover.x
  }

  /** What a line reads at the cursor. */
  read(line: LineRow | null): Reading | null {
    const { x } = hover
    const exact = this.#exact.data
    if (line && x !== null && exact?.x === x) return readExactly(line, exact.lines.get(line), x)
    return readAt(line, x)
  }

  /** What it reads where the cursor rests: rows are sorted by that. */
  readSettled(line: LineRow | null): Reading | null {
    const exact = this.#exact.data
    if (line && this.settled !== null && exact?.x === this.settled) return readExactly(line, exact.lines.get(line), this.settled)
    return readAt(line, this.settled)
  }
}
