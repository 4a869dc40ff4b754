/** The plot in words: what stands under a name, in the footer, and what a screen reader says. */
import { formatCount, plural } from '../../core/format'
import { importanceWords } from '../../plot/axes/importance-text'
import { valueText } from '../../plot/parallel/draw-emphasis'
import type { Scene } from '../../plot/axes/scene'

/** "best acc en, .876" below the name of the best run, "acc en .871, rank 3" below others. */
export function captionOf(scene: Scene, line: number): string {
  const i = scene.standout?.axis ?? scene.colourAxis
  const axis = scene.axes[i]
  if (!axis) return ''
  const text = valueText(scene, i, line)
  return scene.standout?.run === line ? `best ${axis.title}, ${text.split(',')[0]}` : `${axis.title} ${text || 'none'}`
}

export function summaryOf(scene: Scene): string {
  const best = scene.standout ? ` ${scene.names[scene.standout.run]} is ${captionOf(scene, scene.standout.run)}.` : ''
  const strengths = scene.axes.flatMap((axis, i) => {
    const words = importanceWords(scene.importance[i]!)
    return words ? [`${axis.title} ${words}`] : []
  })
  const correlation = scene.colourBy && strengths.length > 0 ? ` Correlation with ${scene.colourBy.title}: ${strengths.join(', ')}.` : ''
  return `${plural(scene.ids.length, 'line')} over ${plural(scene.axes.length, 'axis', 'axes')}.${best}${correlation}`
}

/** Args: selected: lines in the brush; null without one. */
export function footerOf(scene: Scene, total: number, selected: number | null): (string | null)[] {
  const lines = scene.ids.length
  const runs = scene.members?.reduce((n, ids) => n + ids.length, 0) ?? lines
  const kind = scene.members
    ? `${plural(lines, 'line')} of ${plural(runs, 'run')}, the median of each group`
    : `${plural(lines, 'line')} of ${plural(total, 'run')}, one line a run, exact`
  const title = scene.colourBy?.title
  return [
    kind,
    title ? `colour by ${scene.colouring.scale === 'ramp' ? `${scene.colourMode} of ` : ''}${title}` : null,
    selected === null ? null : `${formatCount(selected)} in the brush in colour, ${formatCount(lines - selected)} in grey`,
    `strips count all ${scene.members ? 'lines' : 'runs'} (light)${selected === null ? '' : ' and selected (dark)'}`,
  ]
}
