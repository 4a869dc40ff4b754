/** Keys that work on every page. Views add their own with `onKey`. */

type Handler = (event: KeyboardEvent) => boolean | void

const handlers = new Set<Handler>()
/** A `g` waits this long for the letter of the page. */
const CHORD_MS = 1200
let chordUntil = 0

/** Calls `handler` for keys outside text fields, newest first; one that returns true ends the search. */
export function onKey(handler: Handler): () => void {
  handlers.add(handler)
  return () => handlers.delete(handler)
}

/** Starts listening. `pages` maps the letter after `g` to what it does. */
export function listen(pages: Record<string, () => void>): () => void {
  const listener = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    // Esc closes what lies on top, and only that.
    if (event.key === 'Escape' && document.querySelector(':popover-open, dialog[open]')) return
    const page = chordUntil > event.timeStamp ? pages[event.key] : undefined
    chordUntil = event.key === 'g' ? event.timeStamp + CHORD_MS : 0
    if (page) {
      event.preventDefault()
      page()
      return
    }
    for (const handler of [...handlers].reverse()) {
      if (handler(event) === true) {
        event.preventDefault()
        return
      }
    }
  }
  addEventListener('keydown', listener)
  return () => removeEventListener('keydown', listener)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    ? !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))
    : false
}
