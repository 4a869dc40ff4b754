/** Terminal text as styled pieces: the SGR colours and weights of ECMA-48; all other control sequences are dropped. */

export interface AnsiStyle {
  /** `0`–`15` for the terminal's own colours, `#rrggbb` for others. */
  color: string | null
  background: string | null
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
}

export interface AnsiPiece extends AnsiStyle {
  text: string
}

const PLAIN: AnsiStyle = { color: null, background: null, bold: false, dim: false, italic: false, underline: false }
// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([0-9;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]|[\u0000-\u0008\u000b-\u001f]/g

export function ansiPieces(text: string): AnsiPiece[] {
  const pieces: AnsiPiece[] = []
  let style = PLAIN
  let from = 0
  const push = (until: number): void => {
    if (until > from) pieces.push({ ...style, text: text.slice(from, until) })
  }
  for (const match of text.matchAll(SEQUENCE)) {
    push(match.index)
    from = match.index + match[0].length
    if (match[1] !== undefined) style = applyCodes(style, match[1].split(/[;:]/).map(Number))
  }
  push(text.length)
  return pieces
}

/** The text alone. */
export function stripAnsi(text: string): string {
  return text.replace(SEQUENCE, '')
}

function applyCodes(style: AnsiStyle, codes: number[]): AnsiStyle {
  let next = { ...style }
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(at + 1))
      next = code === 38 ? { ...next, color } : { ...next, background: color }
      at += used
    } else next = applyCode(next, code)
  }
  return next
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN
  if (code === 1) return { ...style, bold: true }
  if (code === 2) return { ...style, dim: true }
  if (code === 3) return { ...style, italic: true }
  if (code === 4) return { ...style, underline: true }
  if (code === 22) return { ...style, bold: false, dim: false }
  if (code === 23) return { ...style, italic: false }
  if (code === 24) return { ...style, underline: false }
  if (code >= 30 && code <= 37) return { ...style, color: String(code - 30) }
  if (code === 39) return { ...style, color: null }
  if (code >= 40 && code <= 47) return { ...style, background: String(code - 40) }
  if (code === 49) return { ...style, background: null }
  if (code >= 90 && code <= 97) return { ...style, color: String(code - 82) }
  if (code >= 100 && code <= 107) return { ...style, background: String(code - 92) }
  return style
}

/** What follows 38 or 48: `5;n` from the table of 256, or `2;r;g;b`. */
function extendedColor(codes: readonly number[]): { color: string | null; used: number } {
  if (codes[0] === 5) return { color: tableColor(codes[1] ?? 0), used: 2 }
  if (codes[0] === 2) return { color: hex(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), used: 4 }
  return { color: null, used: 0 }
}

function tableColor(code: number): string {
  if (code < 16) return String(code)
  if (code >= 232) return hex(8 + 10 * (code - 232), 8 + 10 * (code - 232), 8 + 10 * (code - 232))
  const level = (digit: number): number => (digit === 0 ? 0 : 55 + 40 * digit)
  const cube = code - 16
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6))
}

function hex(...channels: number[]): string {
  return `#${channels.map((channel) => Math.min(255, Math.max(0, channel)).toString(16).padStart(2, '0')).join('')}`
}
