/** Counts of runs along an axis, for the strip beside it: all of them, and those selected. */

/** One bar; places as drawn, 0 = bottom … 1 = top. */
export interface Bar {
  readonly low: number
  readonly high: number
  readonly all: number
  readonly selected: number
}

/** Bars of equal height, from the bottom up; empty ones are left out. */
export function histogram(
  places: Float32Array,
  selected: Uint8Array,
  bins: number,
  members: Uint8Array | null = null,
): Bar[] {
  const all = new Uint32Array(bins)
  const inside = new Uint32Array(bins)
  for (let run = 0; run < places.length; run++) {
    const place = places[run]!
    if (Number.isNaN(place) || members?.[run] === 0) continue
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(place * bins)))
    all[bin]!++
    inside[bin]! += selected[run]!
  }
  return Array.from(all, (count, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    all: count,
    selected: inside[bin]!,
  })).filter((bar) => bar.all > 0)
}
