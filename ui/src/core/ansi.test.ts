import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ansiPieces, stripAnsi } from './ansi'

describe('terminal text', () => {
  it('is cut where the style changes', () => {
    const pieces = ansiPieces('\u001b[1;32mepoch\u001b[0m 3')
    expect(pieces.map(({ text, color, bold }) => ({ text, color, bold }))).toEqual([
      { text: 'epoch', color: '2', bold: true },
      { text: ' 3', color: null, bold: false },
    ])
  })
  it('knows the table of 256 and true colours', () => {
    expect(ansiPieces('\u001b[38;5;196mx')[0]?.color).toBe('#ff0000')
    expect(ansiPieces('\u001b[38;5;244mx')[0]?.color).toBe('#808080')
    expect(ansiPieces('\u001b[48;2;1;2;3mx')[0]?.background).toBe('#010203')
    expect(ansiPieces('\u001b[91mx')[0]?.color).toBe('9')
  })
  it('drops cursor moves, titles and stray control characters', () => {
    expect(stripAnsi('\u001b[2K\u001b]0;title\u0007a\u001b[1Ab\rc\u0008')).toBe('abc')
  })
  it('keeps every other character', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replace(/[\u0000-\u001f]/g, ' ')
        expect(ansiPieces(`\u001b[31m${plain}\u001b[0m`).map((piece) => piece.text).join('')).toBe(plain)
      }),
    )
  })
})
