/** Long words where there is little room. */
import type { Painter } from './painter'

/** A long name without its middle: names of one family differ at their ends. Args: letters: how many there is room for. */
export function shortened(name: string, letters: number): string {
  if (name.length <= letters) return name
  const kept = Math.max(2, Math.floor(letters) - 1)
  const end = Math.floor(kept * 0.6)
  return `${name.slice(0, kept - end)}…${name.slice(name.length - end)}`
}

/** The text, without its middle where it is wider than `width`: names of one family differ at their ends. */
export function fitText(pen: Pick<Painter, 'measureText'>, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text
  let letters = text.length - 1
  while (letters > 2 && pen.measureText(shortened(text, letters)).width > width) letters--
  return shortened(text, letters)
}
