/** Colours as the design tokens and canvases write them. */

export interface Rgba {
  readonly r: number // 0 to 255
  readonly g: number
  readonly b: number
  readonly a: number // 0 to 1
}

const RGB = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%?))?\s*\)$/

/** Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(…)`, `rgba(…)` and `transparent`; throws on anything else. */
export function parseColor(text: string): Rgba {
  const color = text.trim().toLowerCase()
  if (color === 'transparent') return { r: 0, g: 0, b: 0, a: 0 }
  if (/^#(?:[\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/.test(color)) return fromHex(color.slice(1))
  const rgb = RGB.exec(color)
  if (!rgb) throw new Error(`A colour of a picture reads ${JSON.stringify(text)}; write it as #rrggbb or rgb(r g b / a).`)
  const [, r, g, b, a, percent] = rgb
  return { r: Number(r), g: Number(g), b: Number(b), a: a === undefined ? 1 : Number(a) / (percent ? 100 : 1) }
}

function fromHex(digits: string): Rgba {
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  const byte = (at: number): number => Number.parseInt(long.slice(at, at + 2), 16)
  return { r: byte(0), g: byte(2), b: byte(4), a: long.length === 8 ? byte(6) / 255 : 1 }
}

/** `#rrggbb`; how opaque it is stands elsewhere in SVG and PDF. */
export function hexOf({ r, g, b }: Rgba): string {
  return `#${[r, g, b].map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`
}
