/** Which lines of a plot are lifted above the others: the best run, those pinned, and the one that is pointed at. */
import type { ThemeTokens } from '../../core/theme-tokens'
import type { Emphasis } from './draw-emphasis'
import { type Scene, type Standout, standoutAmong } from '../axes/scene'

/** A scene as one plot shows it. */
export interface Shown {
  readonly scene: Scene
  readonly theme: ThemeTokens
  /** Runs of this plot where each shows one group; null = all. */
  readonly members: Uint8Array | null
  /** Runs that stay emphasised. */
  readonly pinned: readonly number[]
  /** Caption of a run that is emphasised: how it stands on the colour axis. */
  readonly caption: (run: number) => string
}

/** The best run of those that a plot shows. */
export function standoutOf({ scene, members }: Pick<Shown, 'scene' | 'members'>): Standout | null {
  return members === null ? scene.standout : standoutAmong(scene, members)
}

/** Args: hovered: -1 = none. Of a run that is there for two reasons, the last one counts. */
export function emphasesOf(shown: Shown, hovered: number): Emphasis[] {
  const { scene, theme, members, pinned, caption } = shown
  const standout = standoutOf(shown)?.run ?? -1
  const own = pinned.filter((run) => scene.ids[run] !== undefined && members?.[run] !== 0)
  const runs = [...new Set([standout, ...own, hovered].filter((run) => run >= 0).reverse())].reverse()
  // Among the colours of groups, that of the best run would be taken for one of them.
  const lifted = scene.colouring.scale === 'palette' ? -1 : standout
  return runs.map((run) => ({
    run,
    line: run === lifted ? theme.standout : theme.text,
    text: run === lifted ? theme.standoutText : theme.text,
    caption: caption(run),
  }))
}

/** Letters of the longest text at the right end: name or caption of the run that stands out. */
export function endLetters(shown: Pick<Shown, 'scene' | 'members' | 'caption'>): number {
  const standout = standoutOf(shown)
  if (standout === null) return 0
  return Math.max((shown.scene.names[standout.run] ?? '').length, shown.caption(standout.run).length)
}
