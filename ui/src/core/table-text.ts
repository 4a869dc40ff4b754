/** A table as text for a paper, an issue or a spreadsheet. */

export interface TextTable {
  head: string[]
  /** Columns of numbers are set to the right. */
  numeric: boolean[]
  rows: string[][]
  /** For other programs, where the rows above are written for people: figures in full. */
  plain?: { head: string[]; rows: string[][] }
}

/** RFC 4180, with plain minus signs so that a spreadsheet reads numbers. */
export function toCsv(table: TextTable): string {
  const { head, rows } = table.plain ?? table
  return [head, ...rows].map((row) => row.map((text) => csvField(plainNumber(text))).join(',')).join('\r\n') + '\r\n'
}

/** Cells apart by tabs, as spreadsheets take them from the clipboard; what would break a line becomes a blank. */
export function toTsv(table: TextTable): string {
  const { head, rows } = table.plain ?? table
  return [head, ...rows].map((row) => row.map((text) => plainNumber(text).replace(/[\t\n\r]+/g, ' ')).join('\t')).join('\n') + '\n'
}

/** Quoted where RFC 4180 wants it. */
export function csvField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** `−.5` as `-0.5`; what is no number stays as it is. */
function plainNumber(text: string): string {
  const number = text.replace(/[\u202f]/g, '').replace(/−/g, '-').replace(/^([+-]?)\./, '$10.')
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/.test(number) ? number : text
}

export function toMarkdown({ head, numeric, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\n/g, ' ')).join(' | ')} |`
  return [line(head), line(numeric.map((right) => (right ? '--:' : '---'))), ...rows.map(line)].join('\n') + '\n'
}

/** A booktabs tabular. */
export function toLatex({ head, numeric, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `  ${cells.map(latexCell).join(' & ')} \\\\`
  return [
    `\\begin{tabular}{${numeric.map((right) => (right ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(head),
    '  \\midrule',
    ...rows.map(line),
    '  \\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n')
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '−': '$-$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  Δ: '$\\Delta$',
  '\u202f': '\\,',
}

function latexCell(text: string): string {
  return text.replace(/[\\{}&%$#_~^−↑↓Δ\u202f]/g, (character) => LATEX[character] ?? character)
}
