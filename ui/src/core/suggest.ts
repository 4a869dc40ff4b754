/** What can come next in an expression. The tokens before the caret say which part is being typed, and in what place. */
import { isClosed, tokenize, type Token } from './query-tokens'
import {
  contextChoices,
  contextKeys,
  metricNames,
  metricNumbers,
  operands,
  operatorsFor,
  tags,
  valuesOf,
  type Suggestion,
} from './suggest-words'
import type { Context, Json, Pickers } from './wire'

export type { Suggestion } from './suggest-words'

export interface Suggestions {
  /** The characters that a suggestion replaces. */
  start: number
  end: number
  items: Suggestion[]
}

const SHOWN = 50
const COMPARISONS = new Set(['==', '!=', '<=', '>=', '<', '>'])
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }
const LOGIC: readonly Suggestion[] = [
  { text: 'and', note: 'both' },
  { text: 'or', note: 'one of them' },
]

/** The tokens before the one being typed, and that one; blank text is being typed after a gap or a sign. */
interface Place {
  readonly before: readonly Token[]
  readonly typed: string
  readonly source: string
}

export function suggest(text: string, caret: number, pickers: Pickers): Suggestions | null {
  const place = placeOf(text.slice(0, caret))
  if (!place) return null
  const all = choices(place, pickers)
  return matching(all, place.typed, caret - place.typed.length, caret)
}

function placeOf(source: string): Place | null {
  const tokens = tokenize(source)
  const last = tokens.at(-1)
  const solid = tokens.filter(({ kind }) => kind !== 'space')
  if (!last || last.kind === 'space' || last.kind === 'sign') return { before: solid, typed: '', source }
  if (last.kind === 'odd' || (last.kind === 'text' && isClosed(last))) return null
  return { before: solid.slice(0, -1), typed: last.text, source }
}

function choices(place: Place, pickers: Pickers): readonly Suggestion[] {
  const { before, typed } = place
  const open = enclosing(before)
  if (open >= 0) {
    const inMetric = before[open]!.text === '{' ? metricBraces(before, open) : null
    if (inMetric !== null) return inBraces(before, open, inMetric, pickers)
    if (isMetrics(before, open)) return inMetrics(before.slice(open + 1), pickers)
    const listed = listedFor(place, open)
    if (listed !== null) return isOperand(before.at(-1)) ? listEnds(before[open]!.text) : valuesOf(listed, pickers)
  }
  if (before.at(-1)?.text === '.' && endsMetrics(before)) return metricNumbers()
  if (isOperand(before.at(-1))) return afterOperand(place, pickers)
  const operator = before.at(-1)
  if (operator && COMPARISONS.has(operator.text)) return valuesOf(operandBefore(place, before.length - 1), pickers)
  if (operator?.text === 'in' || operator?.text === 'is') return afterWord(place, operator.text)
  if (/^["']/.test(typed)) return tags(pickers).map(({ text, note }) => ({ text: `${text} in run.tags`, note }))
  return operands(typed, pickers)
}

/** The place of the bracket that is still open; -1 when there is none. */
function enclosing(tokens: readonly Token[]): number {
  const closed: string[] = []
  for (let at = tokens.length - 1; at >= 0; at--) {
    const { kind, text } = tokens[at]!
    if (kind !== 'sign') continue
    if (text in CLOSING) closed.push(CLOSING[text]!)
    else if ('([{'.includes(text) && closed.pop() !== text) return at
  }
  return -1
}

const isMetrics = (tokens: readonly Token[], open: number): boolean =>
  tokens[open]?.text === '[' && tokens[open - 1]?.text === 'run.metrics'

/** The name of the metric whose context stands in these braces; null when they are others. */
function metricBraces(tokens: readonly Token[], open: number): string | null {
  const [comma, name] = [tokens[open - 1], tokens[open - 2]]
  return comma?.text === ',' && name?.kind === 'text' && isMetrics(tokens, open - 3) ? unquoted(name) : null
}

const unquoted = ({ text }: Token): string => text.slice(1, -1)

function inMetrics(inside: readonly Token[], pickers: Pickers): readonly Suggestion[] {
  if (inside.length === 0) return metricNames(pickers)
  return inside.at(-1)?.text === ',' ? [{ text: '{', note: 'keys of the context' }] : []
}

/** `{"lang": "de", ` offers the other keys, `{"lang": ` the values, and `{"lang": "de"` the end. */
function inBraces(tokens: readonly Token[], open: number, metric: string, pickers: Pickers): readonly Suggestion[] {
  const inside = tokens.slice(open + 1)
  const given: Context = {}
  for (let at = 0; at + 2 < inside.length; at += 4) given[unquoted(inside[at]!)] = literal(inside[at + 2]!)
  const last = inside.at(-1)?.text
  if (last === undefined || last === ',') return contextKeys(pickers, metric, given)
  if (last === ':') return contextChoices(pickers, metric, unquoted(inside.at(-2)!), given)
  return inside.length % 4 === 3 ? [{ text: '}].last', note: '' }, { text: ', ', note: 'one more key' }] : []
}

function literal({ kind, text }: Token): Json {
  if (kind === 'number') return Number(text)
  if (kind === 'text') return text.slice(1, -1)
  return text === 'True' ? true : text === 'False' ? false : null
}

/** The operand whose values a bracket behind `in` lists; null in any other bracket. */
function listedFor(place: Place, open: number): string | null {
  const { before } = place
  if (before[open - 1]?.text !== 'in') return null
  const not = before[open - 2]?.text === 'not' ? 1 : 0
  return operandBefore(place, open - 1 - not)
}

const listEnds = (open: string): Suggestion[] => [
  { text: ', ', note: 'one more' },
  { text: open === '[' ? ']' : open === '{' ? '}' : ')', note: 'end of the list' },
]

const isOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === 'name' || token.kind === 'number' || token.kind === 'text' || ')]}'.includes(token.text) || ['None', 'True', 'False'].includes(token.text))

/** Whether the dot at the end stands behind `run.metrics[…]`. */
function endsMetrics(tokens: readonly Token[]): boolean {
  const bracket = tokens.length - 2
  return tokens[bracket]?.text === ']' && isMetrics(tokens, enclosing(tokens.slice(0, bracket)))
}

/** The operand that ends before the token at `end`, as it is written. */
function operandBefore({ before, source }: Place, end: number): string {
  let first = end - 1
  if (before[first]?.text === ']') first = enclosing(before.slice(0, first)) - 1
  return first < 0 ? '' : source.slice(before[first]!.start, before[end - 1]!.end)
}

/** Behind one side of a comparison come operators, behind the other `and` and `or`. */
function afterOperand(place: Place, pickers: Pickers): readonly Suggestion[] {
  const { before } = place
  const open = enclosing(before)
  const since = before.slice(open + 1)
  const start = since.findLastIndex(({ text }) => ['and', 'or', ','].includes(text)) + 1
  const clause = since.slice(start)
  if (clause.some(({ text }) => COMPARISONS.has(text) || text === 'in' || text === 'is')) return LOGIC
  if (before.at(-1)?.kind === 'text') return [{ text: 'in run.tags', note: 'has the tag' }]
  const operand = operandBefore(place, before.length)
  return [...operatorsFor(operand, pickers), ...LOGIC]
}

function afterWord(place: Place, word: string): readonly Suggestion[] {
  if (word === 'is') return [{ text: 'None', note: 'not recorded' }, { text: 'not None', note: 'recorded' }]
  const tested = place.before.at(-2)
  if (tested?.kind === 'text') return [{ text: 'run.tags', note: 'has the tag' }, { text: 'run.metrics', note: 'has the metric' }]
  return [{ text: '(', note: 'values' }]
}

function matching(all: readonly Suggestion[], typed: string, start: number, end: number): Suggestions | null {
  const wanted = typed.toLowerCase().replace(/^'/, '"')
  const last = wanted.slice(wanted.lastIndexOf('.') + 1).replace(/^"/, '')
  const begins = all.filter((item) => item.text.toLowerCase().startsWith(wanted))
  const contains = all.filter((item) => !begins.includes(item) && last && item.text.toLowerCase().includes(last))
  const items = [...begins, ...contains].filter((item) => item.text !== typed).slice(0, SHOWN)
  return items.length ? { start, end, items } : null
}
