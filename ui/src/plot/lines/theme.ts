/** The colours of a chart out of those of the page. */
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Theme } from './types'

export function chartTheme({ bg, text, muted, grid, lineStrong, accent, font }: ThemeTokens): Theme {
  return { bg, text, muted, grid, axis: lineStrong, accent, font }
}
