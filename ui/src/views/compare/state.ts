import { flag, list, oneOf, text, type StateOf } from '../../core/codec'

export const COMPARE = {
  /** Runs from left to right; the first is what the others are compared with. */
  id: list(),
  /** Also what all runs have in common. */
  all: flag(),
  by: oneOf(['last', 'best'], 'last'),
  find: text(),
}

export type CompareState = StateOf<typeof COMPARE>
