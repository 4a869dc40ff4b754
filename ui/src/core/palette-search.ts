/** What the command palette offers, and which of it a few letters mean. */

export interface Command {
  readonly id: string
  readonly title: string
  /** What it is: Page, Run, View … */
  readonly kind: string
  /** More words to find it by. */
  readonly words?: string
  readonly run: () => void
}

export interface Found {
  readonly command: Command
  /** Letters of the title that were typed. */
  readonly marks: ReadonlySet<number>
}

const AT_WORD = 8
const IN_ROW = 4
const ELSEWHERE = 1

/**
 * The commands whose title has the typed letters in their order, best first; all of them when nothing is typed.
 *
 * Letters at the beginning of words and letters in a row count most; of equals the shorter title goes first.
 */
export function search(commands: readonly Command[], typed: string, most: number): Found[] {
  const letters = [...typed.toLowerCase()].filter((letter) => letter.trim() !== '')
  if (letters.length === 0) return commands.slice(0, most).map((command) => ({ command, marks: new Set<number>() }))
  return commands
    .flatMap((command) => {
      const match = matched(command.title.toLowerCase(), letters)
      if (match) return [{ command, ...match }]
      const other = command.words ? matched(command.words.toLowerCase(), letters) : null
      return other ? [{ command, marks: new Set<number>(), score: other.score / 2 }] : []
    })
    .sort((a, b) => b.score - a.score || a.command.title.length - b.command.title.length)
    .slice(0, most)
}

interface Match {
  readonly marks: Set<number>
  readonly score: number
}

function matched(text: string, letters: readonly string[]): Match | null {
  const [words, row] = [byWords(text, letters), inRow(text, letters)]
  return row && row.score > (words?.score ?? 0) ? row : words
}

/** All letters next to each other. */
function inRow(text: string, letters: readonly string[]): Match | null {
  const at = text.indexOf(letters.join(''))
  if (at < 0) return null
  const first = startsWord(text, at) ? AT_WORD : ELSEWHERE
  return { marks: new Set(letters.map((_, i) => at + i)), score: first + IN_ROW * (letters.length - 1) }
}

/** Takes each letter at the beginning of a word where one is left, else at its next place. */
function byWords(text: string, letters: readonly string[]): Match | null {
  const marks = new Set<number>()
  let score = 0
  let from = 0
  for (const [i, letter] of letters.entries()) {
    const follows = marks.has(from - 1) && text[from] === letter
    const at = follows ? from : wordStart(text, letters.slice(i), from)
    if (at < 0) return null
    score += follows ? IN_ROW : startsWord(text, at) ? AT_WORD : ELSEWHERE
    marks.add(at)
    from = at + 1
  }
  // Letters scattered over the insides of words are chance.
  return score > ELSEWHERE * letters.length || letters.length === 1 ? { marks, score } : null
}

/** The next word that begins with the first letter and leaves room for the others, else the next such letter. */
function wordStart(text: string, letters: readonly string[], from: number): number {
  for (let at = text.indexOf(letters[0]!, from); at >= 0; at = text.indexOf(letters[0]!, at + 1))
    if (startsWord(text, at) && hasInOrder(text, letters.slice(1), at + 1)) return at
  return text.indexOf(letters[0]!, from)
}

const startsWord = (text: string, at: number): boolean => at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1]!)

function hasInOrder(text: string, letters: readonly string[], from: number): boolean {
  let at = from
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}
