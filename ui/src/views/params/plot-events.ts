/** What can be done on a plot. */
import type { BrushPart } from '../../plot/axes/brush'

export interface PlotEvents {
  hover: (run: number) => void
  /** The parts of one axis changed; `done` when the gesture is over. */
  brush: (key: string, parts: readonly BrushPart[], done: boolean) => void
  pin: (run: number) => void
  open: (run: number) => void
  order: (keys: string[], done: boolean) => void
  flip: (key: string) => void
  colour: (key: string) => void
  remove: (key: string) => void
  drawn: (ms: number) => void
}
