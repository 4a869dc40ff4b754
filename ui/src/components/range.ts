/** The ends of a range as people type them. */

export type EndKind = 'number' | 'time'

/** Null when nothing is typed; NaN when it is no number. */
export function readEnd(text: string, kind: EndKind): number | null {
  const typed = text.trim()
  if (typed === '') return null
  if (kind === 'time') return new Date(typed).getTime() / 1000
  return Number(typed.replace('−', '-').replace(/^([-+]?)\./, '$10.'))
}

export function endText(value: number | null, kind: EndKind): string {
  if (value === null) return ''
  if (kind === 'number') return String(value)
  const date = new Date(value * 1000)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** Why two ends are no range; null when they are one. */
export function rangeMistake(low: string, high: string, kind: EndKind, log: boolean): string | null {
  const [from, to] = [readEnd(low, kind), readEnd(high, kind)]
  const wrong = [
    [from, low],
    [to, high],
  ].find(([value]) => value !== null && !Number.isFinite(value))
  if (wrong) return `“${String(wrong[1]).trim()}” is not a number.`
  if (log && ((from !== null && from <= 0) || (to !== null && to <= 0))) return 'On a log axis both ends are above zero.'
  return from !== null && to !== null && from >= to ? 'The first end lies below the second.' : null
}
