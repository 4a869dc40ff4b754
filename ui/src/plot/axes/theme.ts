/** Colours of runs from the design tokens. */
import { categoryColor, rampColor } from '../../core/palettes'
import type { ThemeTokens } from '../../core/theme-tokens'
import { NO_COLOUR, RAMP_BINS, type Colouring } from './colour'

export function colourOf(tokens: ThemeTokens, colouring: Colouring, run: number): string {
  return binColour(tokens, colouring.scale, colouring.bins[run] ?? NO_COLOUR)
}

export function binColour(tokens: ThemeTokens, scale: Colouring['scale'], bin: number): string {
  if (bin === NO_COLOUR || scale === 'none') return tokens.muted
  return scale === 'ramp' ? rampColor(tokens, bin / (RAMP_BINS - 1)) : categoryColor(tokens, bin)
}
