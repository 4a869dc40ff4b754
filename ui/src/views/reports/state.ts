/** What the page of a report keeps in its address. */
import { flag } from '../../core/codec'

export const REPORT = {
  /** Its Markdown beside what comes of it. */
  edit: flag(),
}
