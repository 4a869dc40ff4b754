/** The design tokens as values, for canvas renderers, which cannot use CSS variables. */

export interface ThemeTokens {
  dark: boolean
  bg: string
  panel: string
  line: string
  lineStrong: string
  grid: string
  text: string
  muted: string
  accent: string
  accentSoft: string
  standout: string
  standoutText: string
  pos: string
  neg: string
  bad: string
  bar: string
  ghost: string
  font: string
  /** Eight categorical colours. */
  categories: string[]
  /** The sequential ramp, 24 steps from low to high. */
  ramp: string[]
}

const CATEGORIES = 8
const RAMP_STEPS = 24

export function readTokens(element: Element = document.documentElement): ThemeTokens {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    dark: document.documentElement.dataset.theme === 'dark',
    bg: token('bg'),
    panel: token('panel'),
    line: token('line'),
    lineStrong: token('line-strong'),
    grid: token('grid'),
    text: token('text'),
    muted: token('muted'),
    accent: token('accent'),
    accentSoft: token('accent-soft'),
    standout: token('standout'),
    standoutText: token('standout-text'),
    pos: token('pos'),
    neg: token('neg'),
    bad: token('bad'),
    bar: token('bar'),
    ghost: token('ghost'),
    font: token('font'),
    categories: Array.from({ length: CATEGORIES }, (_, index) => token(`c${index + 1}`)),
    ramp: Array.from({ length: RAMP_STEPS }, (_, index) => token(`s${index}`)),
  }
}
