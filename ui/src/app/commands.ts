/** What the page in view offers to the command palette. */
import type { Command } from '../core/palette-search'

/** One thing that a page does; titles name a control and what it becomes, as in "Y scale: log". */
export interface PageCommand {
  readonly title: string
  /** More words to find it by. */
  readonly words?: string
  readonly run: () => void
}

interface Offer {
  readonly page: string
  readonly list: () => readonly PageCommand[]
}

const offers = new Set<Offer>()

export const commands = {
  /**
   * Offers commands until what is returned is called; several parts of a page may each offer their own.
   *
   * Args:
   *   page: what the palette says of their kind: "Metrics".
   *   list: asked each time that the palette opens, so that it may say "Fold" or "Unfold" as things stand.
   */
  register(page: string, list: () => readonly PageCommand[]): () => void {
    const offer = { page, list }
    offers.add(offer)
    return () => void offers.delete(offer)
  },

  /** Those of the page in view, in its order. */
  all(): Command[] {
    return [...offers].flatMap(({ page, list }) => list().map((command) => ({ ...command, kind: page, id: `${page} ${command.title}` })))
  },
}

/** A command for each option of a control but the one that is chosen: "Y scale: log". */
export function choices<T extends string>(
  control: string,
  options: readonly { readonly value: T; readonly label: string }[],
  chosen: string,
  choose: (value: T) => void,
  words?: string,
): PageCommand[] {
  return options
    .filter(({ value }) => value !== chosen)
    .map(({ value, label }) => ({ title: `${control}: ${label}`, run: () => choose(value), ...(words ? { words } : {}) }))
}

/** Opens a control of the page by the words it begins with, as a click does. */
export function openControl(name: string): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('.page button')]
  buttons.find((button) => (button.ariaLabel ?? button.textContent.trim()).startsWith(name))?.click()
}
