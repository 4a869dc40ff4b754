/** What the Select page keeps in its address. */
import { flag, list, oneOf, selectors, type StateOf, text } from '../../core/codec'

export const SELECT = {
  q: text(),
  /** Selector of the test scores, of one target or several; none: the first metric with a test set. */
  target: selectors(),
  /** Which of several targets; none: the first. */
  task: text(),
  /** The task that the candidates were trained on; none: nobody says. */
  source: text(),
  /** Tasks whose labels may be seen; none: all but source and target. */
  pivot: list(),
  /** Rules to compare; none: the usual ones. */
  rules: list(),
  /** Choose among all logged steps, and not the last of each run. */
  checkpoints: flag(),
  /** The rule that sorts the candidates. */
  rule: text('mean-pivots'),
  /** What a series counts by. */
  value: oneOf(['last', 'best', 'min', 'max', 'first'], 'last'),
  reveal: flag(),
  sort: list(),
}

export type SelectState = StateOf<typeof SELECT>
