import { describe, expect, it } from 'vitest'
import { toCsv, toLatex, toMarkdown, toTsv } from './table-text'

const table = { head: ['run', 'acc_en'], numeric: [false, true], rows: [['a|b, "c"', '−.012'], ['50%', '+.5']] }

describe('a copied table', () => {
  it('as CSV has numbers that spreadsheets read', () => {
    expect(toCsv(table)).toBe('run,acc_en\r\n"a|b, ""c""",-0.012\r\n50%,+0.5\r\n')
  })
  it('as Markdown keeps its cells apart', () => {
    expect(toMarkdown(table)).toBe('| run | acc_en |\n| --- | --: |\n| a\\|b, "c" | −.012 |\n| 50% | +.5 |\n')
  })
  it('as LaTeX escapes what TeX would take', () => {
    expect(toLatex(table)).toContain('  run & acc\\_en \\\\\n')
    expect(toLatex(table)).toContain('  50\\% & +.5 \\\\\n')
    expect(toLatex(table)).toContain('\\begin{tabular}{lr}')
    expect(toLatex({ head: ['\\x{'], numeric: [false], rows: [] })).toContain('\\textbackslash{}x\\{')
  })
})

describe('a table for a spreadsheet', () => {
  it('has tabs between cells and none in them', () => {
    const table = { head: ['run', 'f1'], numeric: [false, true], rows: [['a\tb\nc', '−.5']] }
    expect(toTsv(table)).toBe('run\tf1\na b c\t-0.5\n')
  })
})
