import { inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { hexOf, parseColor } from './color'
import { parseFont } from './font'
import { PdfPainter } from './pdf'
import { stretches } from './pdf-fonts'
import { SvgPainter } from './svg'
import type { VectorPainter } from './vector-painter'

const half = (text: string, font: { size: number }): number => text.length * font.size * 0.5
const pixel = (): { width: number; height: number; data: Uint8ClampedArray } => ({
  width: 1,
  height: 1,
  data: Uint8ClampedArray.of(10, 20, 30, 128),
})

function sample(painter: VectorPainter): void {
  painter.strokeStyle = '#455ee1'
  painter.setLineDash([6, 3])
  painter.save()
  painter.translate(10, 20)
  painter.beginPath()
  painter.rect(0, 0, 50, 40)
  painter.clip()
  painter.beginPath()
  painter.moveTo(0, 0)
  painter.lineTo(30, 15)
  painter.stroke()
  painter.restore()
  painter.fillStyle = 'rgba(0, 0, 0, 0.5)'
  painter.font = '600 12px Inter, sans-serif'
  painter.textAlign = 'right'
  painter.textBaseline = 'middle'
  painter.fillText('f1 < "ρ" & 語', 90, 30)
}

async function pdfText(painter: PdfPainter): Promise<{ file: string; content: string }> {
  const bytes = Buffer.from(await painter.pdf('Lauf ä'))
  const file = bytes.toString('latin1')
  const start = file.indexOf('stream\n') + 'stream\n'.length
  return { file, content: inflateSync(bytes.subarray(start, file.indexOf('\nendstream', start))).toString('latin1') }
}

describe('colours and fonts', () => {
  test.each([
    ['#fff', '#ffffff', 1],
    ['#12345680', '#123456', 128 / 255],
    ['rgb(1, 2, 3)', '#010203', 1],
    ['rgb(1 2 3 / 50%)', '#010203', 0.5],
    ['transparent', '#000000', 0],
  ])('%s', (text, hex, alpha) => {
    expect(hexOf(parseColor(text))).toBe(hex)
    expect(parseColor(text).a).toBeCloseTo(alpha)
  })

  test('what is neither is refused by name', () => {
    expect(() => parseColor('var(--text)')).toThrow('var(--text)')
    expect(() => parseFont('large serif')).toThrow('large serif')
  })

  test('a text is cut where its face changes', () => {
    const cut = stretches('ρ .86 語', parseFont('11px Inter'))
    expect(cut.map(({ face, text }) => [face, text])).toEqual([
      ['Symbol', 'ρ'],
      ['Helvetica', ' .86 '],
      [null, '語'],
    ])
    expect(cut[1]!.width).toBeCloseTo((278 * 3 + 556 * 2) / 1000)
  })
})

describe('SVG', () => {
  const painter = new SvgPainter(100, 60, half)
  sample(painter)
  const svg = painter.svg('A & B')

  test('words stay words, in place, with what XML reserves escaped', () => {
    expect(svg).toContain('<title>A &amp; B</title>')
    expect(svg).toContain('f1 &lt; &quot;ρ&quot; &amp; 語</text>')
    expect(svg).toContain(`x="${90 - 12 * 6}"`)
    expect(svg).toContain('fill-opacity="0.5"')
    expect(svg).toContain('font-weight="600"')
  })

  test('translations, dashes and clips hold until restored', () => {
    expect(svg).toContain('d="M10 20L40 35" fill="none" stroke="#455ee1" stroke-width="1" stroke-dasharray="6 3"')
    expect(svg).toContain('<clipPath id="clip0"><path d="M10 20L60 20L60 60L10 60Z"/></clipPath>')
    expect(svg.match(/<g /g)).toHaveLength(1)
    expect(svg.indexOf('</g>')).toBeLessThan(svg.indexOf('<text'))
  })

  test('a control character or half a surrogate pair makes no broken XML', () => {
    const broken = new SvgPainter(10, 10, half)
    broken.fillText('a\u0001b\ud800c', 0, 0)
    expect(broken.svg('')).toContain('a\ufffdb\ufffdc')
  })

  test('a whole circle is closed and passes its four sides', () => {
    const round = new SvgPainter(10, 10, half)
    round.beginPath()
    round.arc(5, 5, 2, 0, 2 * Math.PI)
    round.fill()
    expect(round.svg('')).toMatch(/d="M7 5C[^"]* 5 7C[^"]* 3 5C[^"]* 5 3C[^"]* 7 5Z"/)
  })
})

describe('PDF', () => {
  test('words stay words; what no font has is a picture', async () => {
    const painter = new PdfPainter(100, 60, pixel)
    sample(painter)
    const { file, content } = await pdfText(painter)
    expect(content).toContain(`<${Buffer.from('f1 < "').toString('hex')}> Tj`)
    expect(content).toContain('<72> Tj') // rho in Symbol
    expect(content).toContain('/image0 Do')
    expect(content).toContain('[6 3] 0 d')
    expect(content.match(/\bq\b/g)).toHaveLength(content.match(/\bQ\b/g)!.length)
    expect(file).toContain('/BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding')
    expect(file).toContain('/SMask')
    expect(file).toContain('<feff004c00610075006600200')
  })

  test('the table of objects points at each of them', async () => {
    const { file } = await pdfText(new PdfPainter(100, 60, pixel))
    const start = Number(/startxref\n(\d+)/.exec(file)![1])
    const rows = file.slice(start).match(/^\d{10} 00000 n /gm)!
    rows.forEach((row, i) => expect(file.slice(Number(row.slice(0, 10))).startsWith(`${i + 1} 0 obj`)).toBe(true))
    expect(rows.length).toBeGreaterThanOrEqual(5)
  })

  test('right-aligned text ends where asked by the widths of Helvetica', async () => {
    const painter = new PdfPainter(100, 60, pixel)
    painter.font = '10px Inter'
    painter.textAlign = 'right'
    painter.fillText('0.5', 90, 30)
    const { content } = await pdfText(painter)
    expect(content).toContain(`1 0 0 -1 ${90 - 13.9} 30 Tm`)
  })
})
