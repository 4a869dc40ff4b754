/** Where the values of an emphasised run are written, so that its own line and the crowd stay uncovered. */
import type { Box } from './draw-axes'
import { type Layout } from './layout'
import { heightAt, type Lines } from './paths'

export interface Placed extends Box {
  readonly axis: number
}

const LABEL_HEIGHT_PX = 16
const GAP_PX = 6
/** Distances to the right of the axis: close by, and beyond the strip. */
const OFFSETS_PX = [10, 34]
/** Distances up and down, from the point to the middle of the label. */
const RISES_PX = [14, 20, 28, 38, 50, 64]
/** Lines that are looked at; more would not change the choice. */
const SAMPLE = 300

const COST = { ownLine: 40, obstacle: 60, outside: 200, crowd: 80, leftSide: 6, perPixel: 0.25 }

/**
 * Chooses a box for each label, in the order of the axes.
 *
 * Args:
 *   widths: of the text at each axis; 0 = no label there.
 *   crowd: runs whose lines should stay uncovered.
 *   taken: boxes that may not be covered at all.
 */
export function placeLabels(
  layout: Layout,
  lines: Lines,
  run: number,
  widths: readonly number[],
  crowd: Uint32Array,
  taken: readonly Box[],
): Placed[] {
  const sample = everyNth(crowd, SAMPLE)
  const placed: Placed[] = []
  widths.forEach((width, axis) => {
    if (width === 0) return
    let best: Box | null = null
    let bestCost = Infinity
    for (const box of candidates(layout, lines, run, axis, width)) {
      const cost =
        COST.perPixel * Math.abs(middle(box) - lines.y[run * lines.x.length + axis]!) +
        (box.x < lines.x[axis]! ? COST.leftSide : 0) +
        (insidePlot(box, layout) ? 0 : COST.outside) +
        COST.obstacle * [...taken, ...placed].filter((other) => overlaps(box, other)).length +
        COST.ownLine * (covers(box, lines, run) ? 1 : 0) +
        COST.crowd * share(box, lines, sample)
      if (cost >= bestCost) continue
      best = box
      bestCost = cost
    }
    if (best !== null) placed.push({ ...(best as Box), axis })
  })
  return placed
}

function candidates(layout: Layout, lines: Lines, run: number, axis: number, width: number): Box[] {
  const x = layout.x[axis]!
  const y = lines.y[run * lines.x.length + axis]!
  const lefts = [...OFFSETS_PX.map((offset) => x + offset), x - GAP_PX * 2 - width]
  return lefts.flatMap((left) =>
    RISES_PX.flatMap((rise) => [-rise, rise]).map((rise) => ({
      x: left,
      y: y + rise - LABEL_HEIGHT_PX / 2,
      width,
      height: LABEL_HEIGHT_PX,
    })),
  )
}

function middle(box: Box): number {
  return box.y + box.height / 2
}

function insidePlot(box: Box, layout: Layout): boolean {
  return (
    box.x >= 0 && box.x + box.width <= layout.width && box.y >= layout.top - 12 && box.y + box.height <= layout.bottom
  )
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Whether a line runs through a box, looked at in its left, middle and right column. */
function covers(box: Box, lines: Lines, run: number): boolean {
  return [0, 0.25, 0.5, 0.75, 1].some((share) => {
    const y = heightAt(lines, run, box.x + share * box.width)
    return y > box.y - GAP_PX / 2 && y < box.y + box.height + GAP_PX / 2
  })
}

function share(box: Box, lines: Lines, sample: Uint32Array): number {
  if (sample.length === 0) return 0
  let inside = 0
  const x = box.x + box.width / 2
  for (const run of sample) {
    const y = heightAt(lines, run, x)
    if (y > box.y && y < box.y + box.height) inside++
  }
  return inside / sample.length
}

function everyNth(runs: Uint32Array, most: number): Uint32Array {
  const step = Math.max(1, Math.ceil(runs.length / most))
  return runs.filter((_, i) => i % step === 0)
}
