import { readTokens, type ThemeTokens } from '../core/theme-tokens'

export type ThemeChoice = 'light' | 'dark' | 'system'

const KEY = 'ridgeline.theme'
const CHOICES: readonly ThemeChoice[] = ['light', 'dark', 'system']

function stored(): ThemeChoice {
  try {
    return CHOICES.find((choice) => choice === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system'
  }
}

class Theme {
  choice = $state<ThemeChoice>(stored())
  /** Tokens of the theme that is shown; canvas renderers draw again when they change. */
  tokens = $state.raw<ThemeTokens>(readTokens())
  readonly #system = matchMedia('(prefers-color-scheme: dark)')

  constructor() {
    this.#system.addEventListener('change', () => this.#apply())
    // Another tab, or the page around this one, has chosen.
    addEventListener('storage', (event) => {
      if (event.key !== KEY) return
      this.choice = stored()
      this.#apply()
    })
    this.#apply()
    // Canvases that were painted before the type face had come are painted again with it.
    void document.fonts.load('13px Inter').then(() => this.#apply())
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice
    try {
      localStorage.setItem(KEY, choice)
    } catch {
      // Storage may be switched off; the choice lasts until the page is closed.
    }
    this.#apply()
  }

  #apply(): void {
    const dark = this.choice === 'dark' || (this.choice === 'system' && this.#system.matches)
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
    this.tokens = readTokens()
  }
}

export const theme = new Theme()
