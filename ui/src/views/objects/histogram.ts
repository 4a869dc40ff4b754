/** Distributions as numbers to draw: bins of different edges brought onto common ones. */

export interface Histogram {
  counts: number[]
  edges: number[]
}

export function readHistogram(text: string): Histogram | null {
  try {
    const { counts, edges } = JSON.parse(text) as Partial<Histogram>
    return Array.isArray(counts) && Array.isArray(edges) && edges.length === counts.length + 1 ? { counts, edges } : null
  } catch {
    return null
  }
}

/** Lowest and highest edge of all. */
export function extentOf(histograms: readonly Histogram[]): [number, number] | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { edges } of histograms) {
    low = Math.min(low, edges[0] ?? low)
    high = Math.max(high, edges.at(-1) ?? high)
  }
  return low < high ? [low, high] : null
}

/** Share of the samples in each of `bins` equal bins from `low` to `high`; a bin that is cut gives in proportion. */
export function rebin({ counts, edges }: Histogram, low: number, high: number, bins: number): Float64Array {
  const shares = new Float64Array(bins)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const width = (high - low) / bins
  if (!total || !(width > 0)) return shares
  counts.forEach((count, at) => {
    const from = edges[at] ?? 0
    const to = edges[at + 1] ?? from
    if (!count || to <= from) return
    const first = Math.max(0, Math.floor((from - low) / width))
    const last = Math.min(bins - 1, Math.ceil((to - low) / width) - 1)
    for (let bin = first; bin <= last; bin += 1) {
      const overlap = Math.min(to, low + (bin + 1) * width) - Math.max(from, low + bin * width)
      if (overlap > 0) shares[bin] = (shares[bin] ?? 0) + ((count / total) * overlap) / (to - from)
    }
  })
  return shares
}

/** Mean and standard deviation, each bin's samples taken to lie in its middle. */
export function momentsOf({ counts, edges }: Histogram): { n: number; mean: number; std: number } {
  let n = 0
  let sum = 0
  let squares = 0
  counts.forEach((count, at) => {
    const middle = ((edges[at] ?? 0) + (edges[at + 1] ?? 0)) / 2
    n += count
    sum += count * middle
    squares += count * middle * middle
  })
  const mean = n ? sum / n : Number.NaN
  return { n, mean, std: n ? Math.sqrt(Math.max(0, squares / n - mean * mean)) : Number.NaN }
}

/** The item whose step is the newest up to `step`; the first when all are later. */
export function atStep<T extends { step: number }>(items: readonly T[], step: number | null): T | undefined {
  if (step === null) return items.at(-1)
  return items.findLast((item) => item.step <= step) ?? items[0]
}
