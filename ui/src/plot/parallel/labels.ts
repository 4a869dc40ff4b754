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
const RISES_PX = [14, 20, 28, 38, 50, 64].flatMap((rise) => [-rise, rise])
/** Lines that are looked at; more would not change the choice. */
const SAMPLE = 200

const COST = { ownLine: 40, obstacle: 400, outside: 200, crowd: 80, soft: 24, leftSide: 6, perPixel: 0.25 }

/**
 * Chooses a box for each label, in the order of the axes.
 *
 * Args:
 *   widths: of the text at each axis; 0 = no label there.
 *   crowd: runs whose lines should stay uncovered.
 *   taken: boxes that may not be covered at all; a label that finds no place beside them is left out.
 *   soft: boxes that had better stay uncovered, as labels of ticks.
 */
export function placeLabels(
  layout: Layout,
  lines: Lines,
  run: number,
  widths: readonly number[],
  crowd: Uint32Array,
  taken: readonly Box[],
  soft: readonly Box[] = [],
): Placed[] {
  const sample = everyNth(crowd, SAMPLE)
  const placed: Placed[] = []
  widths.forEach((width, axis) => {
    if (width === 0) return
    const y = lines.y[run * lines.x.length + axis]!
    let best: Box | null = null
    let bestCost = Infinity
    for (const left of lefts(layout.x[axis]!, width)) {
      // Heights of the crowd behind this column, looked up once for all rises.
      const behind = Float32Array.from(sample, (other) => heightAt(lines, other, left + width / 2))
      for (const rise of RISES_PX) {
        const box = { x: left, y: y + rise - LABEL_HEIGHT_PX / 2, width, height: LABEL_HEIGHT_PX }
        const cost =
          COST.perPixel * Math.abs(rise) +
          (left < layout.x[axis]! ? COST.leftSide : 0) +
          (insidePlot(box, layout) ? 0 : COST.outside) +
          COST.obstacle * [...taken, ...placed].filter((other) => overlaps(box, other, GAP_PX)).length +
          COST.soft * soft.filter((other) => overlaps(box, other)).length +
          (covers(box, lines, run) ? COST.ownLine : 0) +
          COST.crowd * share(box, behind)
        if (cost >= bestCost) continue
        best = box
        bestCost = cost
      }
    }
    // Better no label than one upon another.
    const found = best as Box | null
    if (found !== null && ![...taken, ...placed].some((other) => overlaps(found, other, GAP_PX))) placed.push({ ...found, axis })
  })
  return placed
}

/** Close to the axis on its right, beyond its strip, and on its left. */
function lefts(x: number, width: number): number[] {
  return [...OFFSETS_PX.map((offset) => x + offset), x - GAP_PX * 2 - width]
}

function insidePlot(box: Box, layout: Layout): boolean {
  return (
    box.x >= 0 && box.x + box.width <= layout.width && box.y >= layout.top - 12 && box.y + box.height <= layout.bottom
  )
}

/** Args: gap: room to the left and right that counts as covered too. */
export function overlaps(a: Box, b: Box, gap = 0): boolean {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Whether a line runs through a box, looked at in its left, middle and right column. */
function covers(box: Box, lines: Lines, run: number): boolean {
  return [0, 0.25, 0.5, 0.75, 1].some((share) => {
    const y = heightAt(lines, run, box.x + share * box.width)
    return y > box.y - GAP_PX / 2 && y < box.y + box.height + GAP_PX / 2
  })
}

function share(box: Box, heights: Float32Array): number {
  if (heights.length === 0) return 0
  let inside = 0
  for (const y of heights) if (y > box.y && y < box.y + box.height) inside++
  return inside / heights.length
}

function everyNth(runs: Uint32Array, most: number): Uint32Array {
  const step = Math.max(1, Math.ceil(runs.length / most))
  return runs.filter((_, i) => i % step === 0)
}
