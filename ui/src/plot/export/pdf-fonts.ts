/**
 * The fonts that every PDF reader has, so that none is embedded: Helvetica for Latin, Symbol for Greek and arrows.
 *
 * Widths are those of Adobe's Core 14 font metrics, in thousandths of the size.
 */
import type { Font } from './font'

export type FaceName = 'Helvetica' | 'Helvetica-Bold' | 'Courier' | 'Courier-Bold' | 'Symbol'

/** A stretch of text in one face; `face` is null where no face has the characters. */
export interface Stretch {
  readonly face: FaceName | null
  readonly text: string
  /** Character codes in the encoding of the face. */
  readonly codes: readonly number[]
  /** In shares of the size. */
  readonly width: number
}

const FIRST_CODE = 32
const COURIER = 600
/** Characters of the face's neighbours are wide or narrow; a picture of one is as wide as an em. */
const UNKNOWN = 1000

const REGULAR = widths(`278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584
584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469
556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 350
556 350 222 556 333 1000 556 556 333 1000 667 333 1000 350 611 350 350 222 222 333 333 350 556 1000 333 1000 500 333 944 350 500 667
278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333 333 333 556 537 278 333 333 365 556 834 834 834 611 667
667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556
556 556 556 556 889 500 556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500`)

const BOLD = widths(`278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584
584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584
556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 350
556 350 278 556 500 1000 556 556 333 1000 667 333 1000 350 611 350 350 278 278 500 500 350 556 1000 333 1000 556 333 944 350 500 667
278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333 333 333 611 556 278 333 333 365 556 834 834 834 611 722
722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556
556 556 556 556 889 556 556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556`)

/** Character, its code in Symbol and its width. */
const SYMBOLS = `−45:549 Δ68:612 Φ70:763 Γ71:603 Λ76:686 Π80:768 Θ81:741 Σ83:592 Ω87:768 Ψ89:795 α97:631 β98:549 χ99:549 δ100:494
ε101:439 φ102:521 γ103:411 η104:603 ι105:329 κ107:549 λ108:549 ν110:521 π112:549 θ113:521 ρ114:549 σ115:603 τ116:439 ω119:686
ξ120:493 ψ121:686 ζ122:494 ≤163:549 ∞165:713 ←172:987 ↑173:603 →174:987 ↓175:603 ≥179:549 ∝181:713 ∂182:494 ≠185:549 ≈187:549
∈206:713 ∇209:713 ∏213:823 √214:549 ∑229:713`

const SYMBOL = new Map(
  SYMBOLS.split(/\s+/).map((entry) => {
    const [code, width] = entry.slice(1).split(':').map(Number)
    return [entry[0]!, { code: code!, width: width! }]
  }),
)

/** Codes of the Latin characters in WinAnsiEncoding, which is Windows' code page 1252. */
const LATIN = new Map(
  Array.from({ length: 256 - FIRST_CODE }, (_, i) => i + FIRST_CODE)
    .filter((code) => code !== 127)
    .map((code) => [new TextDecoder('windows-1252').decode(Uint8Array.of(code)), code]),
)

function widths(text: string): number[] {
  return text.split(/\s+/).map(Number)
}

/** Cuts a text where its face changes. */
export function stretches(text: string, font: Font): Stretch[] {
  const bold = font.weight >= 600
  const mono = /mono|courier|consolas/i.test(font.family)
  const latin: FaceName = mono ? (bold ? 'Courier-Bold' : 'Courier') : bold ? 'Helvetica-Bold' : 'Helvetica'
  const latinWidth = (code: number): number => (mono ? COURIER : (bold ? BOLD : REGULAR)[code - FIRST_CODE]!)
  const found: { face: FaceName | null; text: string; codes: number[]; width: number }[] = []
  for (const char of text) {
    const code = LATIN.get(char)
    const symbol = SYMBOL.get(char)
    const face = code !== undefined ? latin : symbol ? 'Symbol' : null
    const width = code !== undefined ? latinWidth(code) : (symbol?.width ?? UNKNOWN)
    if (found.at(-1)?.face !== face || face === null) found.push({ face, text: '', codes: [], width: 0 })
    const stretch = found.at(-1)!
    stretch.text += char
    stretch.codes.push(code ?? symbol?.code ?? 0)
    stretch.width += width / 1000
  }
  return found
}
