/** What turns one text into another, line by line: Myers' shortest edit script (1986, the greedy algorithm of section 4). */

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Texts that differ in more places than this are said to differ as a whole. */
const MOST_EDITS = 600
const CONTEXT = 3

/** Lines of both, in order. */
export function diffLines(from: readonly string[], to: readonly string[]): DiffLine[] {
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1
  let end = 0
  while (end < from.length - start && end < to.length - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [
    ...same(from.slice(0, start)),
    ...middle(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...same(from.slice(from.length - end)),
  ]
}

function middle(from: readonly string[], to: readonly string[]): DiffLine[] {
  const trace = search(from, to)
  if (!trace) return [...from.map((text): DiffLine => ({ kind: 'removed', text })), ...to.map((text): DiffLine => ({ kind: 'added', text }))]
  const lines: DiffLine[] = []
  let [x, y] = [from.length, to.length]
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const reach = trace[d - 1] as Map<number, number>
    const k = x - y
    const down = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1))
    const before = down ? k + 1 : k - 1
    const fromX = at(reach, before)
    const fromY = fromX - before
    while (x > fromX && y > fromY && x > 0 && y > 0 && from[x - 1] === to[y - 1]) {
      x -= 1
      y -= 1
      lines.push({ kind: 'same', text: from[x] as string })
    }
    if (down) lines.push({ kind: 'added', text: to[fromY] as string })
    else lines.push({ kind: 'removed', text: from[fromX] as string })
    x = fromX
    y = fromY
  }
  while (x > 0) lines.push({ kind: 'same', text: from[(x -= 1)] as string })
  return lines.reverse()
}

const at = (reach: ReadonlyMap<number, number>, k: number): number => reach.get(k) ?? -1

/** How far each diagonal reaches after 0, 1, 2 … edits; null when there are too many. */
function search(from: readonly string[], to: readonly string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = []
  let reach = new Map<number, number>([[1, 0]])
  for (let d = 0; d <= Math.min(MOST_EDITS, from.length + to.length); d += 1) {
    const next = new Map(reach)
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1)) ? at(reach, k + 1) : at(reach, k - 1) + 1
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) x += 1
      next.set(k, x)
      if (x >= from.length && x - k >= to.length) return [...trace, next]
    }
    trace.push(next)
    reach = next
  }
  return null
}

/** As `diff -u` writes it: changes with three lines around them. Empty when nothing differs. */
export function unifiedDiff(from: string, to: string, names: readonly [string, string]): string {
  const lines = diffLines(from.trimEnd().split('\n'), to.trimEnd().split('\n'))
  const changed = lines.flatMap(({ kind }, place) => (kind === 'same' ? [] : [place]))
  if (!changed.length) return ''
  const spans: [number, number][] = []
  for (const place of changed) {
    const last = spans.at(-1)
    const [low, high] = [Math.max(0, place - CONTEXT), Math.min(lines.length, place + CONTEXT + 1)]
    if (last && low <= last[1]) last[1] = high
    else spans.push([low, high])
  }
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...spans.flatMap(([low, high]) => hunk(lines, low, high))].join('\n')
}

const SIGNS = { same: ' ', added: '+', removed: '-' }

function hunk(lines: readonly DiffLine[], low: number, high: number): string[] {
  const count = (part: readonly DiffLine[], without: DiffLine['kind']): number => part.filter(({ kind }) => kind !== without).length
  const before = lines.slice(0, low)
  const part = lines.slice(low, high)
  const place = (without: DiffLine['kind']): string => `${count(before, without) + 1},${count(part, without)}`
  return [`@@ -${place('added')} +${place('removed')} @@`, ...part.map(({ kind, text }) => `${SIGNS[kind]}${text}`)]
}
