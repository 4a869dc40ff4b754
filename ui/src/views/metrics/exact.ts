/** Values at one place of x, asked of the server where the lines on screen are thinned. */
import type { LineRow, LinesAnswer } from '../../core/lines'
import { readAt, type Reading } from './table'

/** Lines of one answer by the line of another that says the same series or group. */
export type ExactLines = ReadonlyMap<LineRow, LineRow>

/** Indices of charts and groups hold within one answer; their labels hold in both. */
function nameOf(answer: LinesAnswer): (row: LineRow) => string {
  const { charts, colors, strokes } = answer.meta
  return (row) =>
    JSON.stringify([row.kind, row.run, row.name, row.context, charts[row.chart]?.label, colors[row.color]?.label, strokes[row.stroke]?.label])
}

/** Args: leaveOut: charts whose lines are smoothed or cut in a way of their own. */
export function matchLines(shown: LinesAnswer, exact: LinesAnswer, leaveOut: ReadonlySet<string>): ExactLines {
  const exactName = nameOf(exact)
  const byName = new Map(exact.rows.map((row) => [exactName(row), row]))
  const shownName = nameOf(shown)
  return new Map(
    shown.rows.flatMap((row): [LineRow, LineRow][] => {
      const own = leaveOut.has(shown.meta.charts[row.chart]?.label ?? '') ? undefined : byName.get(shownName(row))
      return own ? [[row, own]] : []
    }),
  )
}

/** What a line reads at `x` by its exact points there: nothing where the line on screen reads nothing. */
export function readExactly(line: LineRow, exact: LineRow | undefined, x: number): Reading | null {
  const shown = readAt(line, x)
  if (!shown || !exact || exact.x.length === 0) return shown
  // A single point is the last of the line: without a second one it has no reach of its own.
  return exact.x.length === 1 ? readAt(exact, exact.x[0]!) : readAt(exact, x)
}
