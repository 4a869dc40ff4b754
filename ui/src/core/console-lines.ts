/** The lines of a console as they are looked at: progress bars folded, errors found. */

const PROGRESS = /\d{1,3}%\s*\||\b\d{1,3}%.*\[[#=>.\-\s]+\]|[█▏▎▍▌▋▊▉━#=]{4,}.*\d/
/** Names of exceptions, levels of logs, and what the system says. An `error 0.31` may be a metric. */
const ERROR = /\b[A-Z]\w*(?:Error|Exception)\b|\b(?:ERROR|FATAL|CRITICAL)\b|\b[Ee]rror:|^Traceback \(|\b(?:Segmentation fault|Killed)\b/

/** What stays the same while a bar moves. */
const shapeOf = (text: string): string => text.replace(/[\d█▏▎▍▌▋▊▉━#=>.,:?\s\-+eE%]+/g, ' ')

export const isError = (text: string): boolean => ERROR.test(text)

export interface ShownLines {
  /** Places of the lines that are shown. */
  readonly places: readonly number[]
  /** How many lines before it each shown one stands for, by place. */
  readonly folded: ReadonlyMap<number, number>
}

/** Of lines that one bar printed as it moved the last is shown. `wanted` leaves out others. */
export function shownLines(texts: readonly string[], fold: boolean, wanted: (place: number) => boolean = () => true): ShownLines {
  const places: number[] = []
  const folded = new Map<number, number>()
  let shape: string | null = null
  for (let place = 0; place < texts.length; place += 1) {
    if (!wanted(place)) continue
    const text = texts[place] as string
    const next = fold && PROGRESS.test(text) ? shapeOf(text) : null
    if (next !== null && next === shape) {
      const before = places.pop() as number
      folded.set(place, (folded.get(before) ?? 0) + 1)
      folded.delete(before)
    }
    places.push(place)
    shape = next
  }
  return { places, folded }
}
