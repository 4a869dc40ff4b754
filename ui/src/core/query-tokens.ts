/** The parts of an expression, for colours and for what can come next. It never fails: half a text is a text. */

export type TokenKind = 'text' | 'number' | 'word' | 'name' | 'call' | 'sign' | 'space' | 'odd'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly start: number
  readonly end: number
}

const WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'for', 'None', 'True', 'False'])
const PARTS = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<text>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)`,
    String.raw`(?<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d*)?)`,
    String.raw`(?<name>[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*\.?)`,
    String.raw`(?<sign>==|!=|<=|>=|\*\*|//|[-+*/%<>()[\]{},:.])`,
    String.raw`(?<odd>.)`,
  ].join('|'),
  'suy',
)

export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  PARTS.lastIndex = 0
  for (let match = PARTS.exec(text); match; match = PARTS.exec(text)) {
    const kind = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined)?.[0] as TokenKind
    const start = match.index
    tokens.push({ kind: kind === 'name' ? nameKind(match[0], text[PARTS.lastIndex]) : kind, text: match[0], start, end: PARTS.lastIndex })
  }
  return tokens
}

function nameKind(name: string, next: string | undefined): TokenKind {
  if (WORDS.has(name)) return 'word'
  return next === '(' ? 'call' : 'name'
}

/** Whether a text token has its closing quote. */
export function isClosed({ text }: Token): boolean {
  return text.length > 1 && text.endsWith(text[0]!) && !/(^|[^\\])(\\\\)*\\$/.test(text.slice(0, -1))
}
