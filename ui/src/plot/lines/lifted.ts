/** Which lines are drawn over the dimmed rest. */
import type { Highlight, Line } from './types'

export function lifted(lines: readonly Line[], highlight: Highlight | null): readonly Line[] {
  if (!highlight) return []
  if (highlight.line) return lines.filter((line) => line.id === highlight.line)
  const ofRun = highlight.run === null ? [] : lines.filter((line) => line.run === highlight.run)
  const ofGroup = lines.filter((line) => line.group === highlight.group)
  const folded = ofGroup.filter((line) => line.run === null)
  if (ofRun.length) return ofRun.some((line) => line.weight === 'line') ? ofRun : [...folded, ...ofRun]
  return folded.length ? folded : highlight.run === null ? ofGroup.filter((line) => line.weight === 'line') : []
}

/** Runs and groups by their keys. */
export function pinned(lines: readonly Line[], pins: ReadonlySet<string>): readonly Line[] {
  return pins.size === 0 ? [] : lines.filter((line) => pins.has(line.run ?? line.group))
}
