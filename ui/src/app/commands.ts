/** What the page in view offers to the command palette. */
import type { Command } from '../core/palette-search'

/** One thing that a page does; titles name a control and what it becomes, as in "Scale of y: log". */
export interface PageCommand {
  readonly title: string
  /** More words to find it by. */
  readonly words?: string
  readonly run: () => void
}

const lists = new Map<string, () => readonly PageCommand[]>()

export const commands = {
  /**
   * Offers the commands of a page until what is returned is called.
   *
   * Args:
   *   page: what the palette says of their kind: "Metrics".
   *   list: asked each time that the palette opens, so that it may say "Fold" or "Unfold" as things stand.
   */
  register(page: string, list: () => readonly PageCommand[]): () => void {
    lists.set(page, list)
    return () => {
      if (lists.get(page) === list) lists.delete(page)
    }
  },

  /** Those of the page in view, in its order. */
  all(): Command[] {
    return [...lists].flatMap(([page, list]) => list().map((command) => ({ ...command, kind: page, id: `${page} ${command.title}` })))
  },
}
