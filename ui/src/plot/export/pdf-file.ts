/** A PDF 1.4 file of one page, as ISO 32000-1 section 7.5 lays it out. */

export interface PdfObject {
  /** Entries of the dictionary. */
  readonly dict: string
  /** Further entries, which point at other objects by name. */
  readonly refs?: Readonly<Record<string, string>>
  readonly stream?: Uint8Array<ArrayBuffer>
}

export interface PdfPage {
  readonly size: readonly [width: string, height: string] // points
  /** Names of objects; the page calls them the same. */
  readonly fonts: readonly string[]
  readonly images: readonly string[]
  /** Graphics states and their dictionaries. */
  readonly states: readonly (readonly [name: string, dict: string])[]
}

export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

/** A text of any script, in UTF-16 as PDF wants it. */
export function textString(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'))
  return `<feff${units.join('')}>`
}

/** Writes the objects `content`, `info` and those that the page names; adds the page and the catalogue. */
export async function pdfFile(objects: ReadonlyMap<string, PdfObject>, page: PdfPage): Promise<Uint8Array<ArrayBuffer>> {
  const names = ['catalog', 'pages', 'page', ...objects.keys()]
  const ref = (name: string): string => `${names.indexOf(name) + 1} 0 R`
  const entries = (listed: readonly string[]): string => listed.map((name) => `/${name} ${ref(name)}`).join(' ')
  const resources = [
    `/Font << ${entries(page.fonts)} >>`,
    `/XObject << ${entries(page.images)} >>`,
    `/ExtGState << ${page.states.map(([name, dict]) => `/${name} ${dict}`).join(' ')} >>`,
  ].join(' ')
  const whole = new Map<string, PdfObject>([
    ['catalog', { dict: '/Type /Catalog', refs: { Pages: 'pages' } }],
    ['pages', { dict: `/Type /Pages /Kids [${ref('page')}] /Count 1` }],
    [
      'page',
      {
        dict: `/Type /Page /MediaBox [0 0 ${page.size.join(' ')}] /Resources << ${resources} >>`,
        refs: { Parent: 'pages', Contents: 'content' },
      },
    ],
    ...objects,
  ])
  const bodies = await Promise.all(names.map((name) => body(whole.get(name)!, ref)))
  return assemble(bodies, `/Root ${ref('catalog')} /Info ${ref('info')}`)
}

async function body(object: PdfObject, ref: (name: string) => string): Promise<Uint8Array<ArrayBuffer>[]> {
  const refs = Object.entries(object.refs ?? {}).map(([key, name]) => `/${key} ${ref(name)}`)
  const dict = [object.dict, ...refs].join(' ')
  if (!object.stream) return [latin1(`<< ${dict} >>`)]
  const packed = await deflate(object.stream)
  return [latin1(`<< ${dict} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`), packed, latin1('\nendstream')]
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}

function assemble(bodies: readonly Uint8Array<ArrayBuffer>[][], trailer: string): Uint8Array<ArrayBuffer> {
  const parts = [latin1('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n')]
  const offsets: number[] = []
  let length = parts[0]!.length
  const add = (part: Uint8Array<ArrayBuffer>): void => {
    parts.push(part)
    length += part.length
  }
  bodies.forEach((pieces, i) => {
    offsets.push(length)
    add(latin1(`${i + 1} 0 obj\n`))
    pieces.forEach(add)
    add(latin1('\nendobj\n'))
  })
  const start = length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = offsets.length + 1
  add(latin1(`xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`))
  return join(parts, length)
}

function join(parts: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
