/** The keys of a menu or a list of options: arrows, Home and End, and the first letter of an option. */

const ITEMS = '[role=option], [role=menuitem], [role=menuitemradio]'
/** Stands before what is chosen. */
const TICK = /^✓?\s*/

/** Moves the focus among the options within the element that listens. */
export function walk(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(ITEMS)]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const next = placeAfter(event.key, at, items.map((item) => item.innerText.replace(TICK, '')))
  if (next === null) return
  event.preventDefault()
  items[next]?.focus()
}

/** Where a key leads from place `at` (-1 = none) in a list of options; null = the key means nothing here. */
export function placeAfter(key: string, at: number, texts: readonly string[]): number | null {
  const last = texts.length - 1
  if (last < 0) return null
  if (key === 'ArrowDown') return at === last ? 0 : at + 1
  if (key === 'ArrowUp') return at <= 0 ? last : at - 1
  if (key === 'Home') return 0
  if (key === 'End') return last
  if (key.length !== 1 || key === ' ') return null
  const begins = texts.map((text, place) => (text.toLowerCase().startsWith(key.toLowerCase()) ? place : -1)).filter((place) => place >= 0)
  return begins.find((place) => place > at) ?? begins[0] ?? null
}
