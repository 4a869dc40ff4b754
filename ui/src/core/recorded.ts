/** Answers of the server that a self-contained page carries, so that it needs no server. */

export interface Recording {
  /** Path and query of the view. */
  readonly url: string
  /** When it was made, seconds since 1970. */
  readonly made: number
  /** By the address that was asked for. */
  readonly answers: Readonly<Record<string, RecordedAnswer>>
}

export interface RecordedAnswer {
  readonly type: string
  /** Base64 of the gzipped body. */
  readonly body: string
}

/** Id of the element that holds the recording, as JSON. */
export const RECORDING_ID = 'ridgeline-recording'

/** What this page carries; null where a server is behind it. */
export const recording = readRecording()

function readRecording(): Recording | null {
  const element = typeof document === 'undefined' ? null : document.getElementById(RECORDING_ID)
  return element ? (JSON.parse(element.textContent ?? '') as Recording) : null
}

/**
 * The recorded answer to a request; of lines, also one that was asked for with more or fewer points or another range of x.
 * Null where there is none.
 */
export function findAnswer({ answers }: Recording, path: string): RecordedAnswer | null {
  if (answers[path]) return answers[path]
  const wanted = withoutDetail(path)
  const near = Object.keys(answers).find((asked) => withoutDetail(asked) === wanted)
  return near === undefined ? null : answers[near]!
}

function withoutDetail(path: string): string {
  const [address, query = ''] = path.split('?')
  const kept = new URLSearchParams(query)
  for (const key of ['points', 'xmin', 'xmax']) kept.delete(key)
  return `${address}?${kept}`
}

export async function unpack({ type, body }: RecordedAnswer): Promise<Response> {
  const packed = Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
  const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(await new Response(bytes).arrayBuffer(), { headers: { 'content-type': type } })
}

export async function pack(response: Response): Promise<RecordedAnswer> {
  const bytes = new Blob([await response.arrayBuffer()]).stream().pipeThrough(new CompressionStream('gzip'))
  const packed = new Uint8Array(await new Response(bytes).arrayBuffer())
  const chars: string[] = []
  // All characters at once would be more arguments than a call takes.
  for (let at = 0; at < packed.length; at += 8192) chars.push(String.fromCharCode(...packed.subarray(at, at + 8192)))
  return { type: response.headers.get('content-type') ?? '', body: btoa(chars.join('')) }
}

export interface PageParts {
  readonly title: string
  readonly recording: Recording
  readonly script: string
  readonly style: string
}

/** The whole file. Nothing of a run can end the element that it stands in, and nothing is fetched from anywhere. */
export function pageOf({ title, recording: made, script, style }: PageParts): string {
  const data = JSON.stringify(made).replace(/</g, '\\u003c')
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<title>${escapeText(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<style>${style.replace(/<\/style/gi, '<\\/style')}</style></head>`,
    `<body><div id="app"></div><script type="application/json" id="${RECORDING_ID}">${data}</script>`,
    `<script>${script.replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--')}</script></body></html>`,
  ].join('\n')
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
}
