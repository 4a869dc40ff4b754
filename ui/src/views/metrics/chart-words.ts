/** What a chart says of itself in words: beside its title, to screen readers, in its tooltip. */
import { formatCount, formatNumber, plural } from '../../core/format'
import type { MetricsState } from '../../core/view-state'
import { writeX } from '../../plot/lines/ticks'
import { KINDS, RIM_SIGNS } from '../../plot/lines/rim'
import type { Line, RimMark } from '../../plot/lines/types'
import { valueText } from '../../plot/lines/value-text'
import type { FacetAxes } from './ranges'
import type { Facet } from './scene'
import { endIndex } from './table'

/** Below this nearly every point is there; the footer says whether each is. */
const THINNED = 1.05

/** Beside the title: how many runs, and what is not shown. */
export function factsOf(facet: Facet, { outside, unplaced }: FacetAxes): string[] {
  const { all, drawn } = facet.points
  return [
    `n = ${plural(facet.runs, 'run')}${facet.groups > 1 ? `, ${facet.groups} groups` : ''}`,
    drawn > 0 && all >= THINNED * drawn ? `1 of ${formatNumber(all / drawn, all < 10 * drawn ? 2 : 3)} points` : '',
    facet.nNan ? `${RIM_SIGNS.nan} ${formatCount(facet.nNan)} NaN` : '',
    facet.nInf ? `${infSigns(facet)} ${formatCount(facet.nInf)} Inf` : '',
    unplaced ? `${plural(unplaced, 'point')} ≤ 0 not shown` : '',
    outside ? `${formatCount(outside)} outside` : '',
  ].filter(Boolean)
}

/** The picture in a sentence: `f1, lang de: 6 lines by epoch from 1 to 40, y from 0 to .9. Best at the end: 3e−4 with .842.` */
export function summaryOf(facet: Facet, { axes }: FacetAxes, goal: 'max' | 'min'): string {
  const name = [facet.title, ...facet.keys.map((key) => `${key.name} ${key.value}`)].join(', ')
  const drawn = facet.lines.filter((line) => line.weight === 'line' && line.x.length > 0)
  const [from, to] = axes.x.map((x) => writeX(x, axes.xFormat, ''))
  const range = `by ${axes.xLabel} from ${from} to ${to}, y from ${valueText(axes.y[0], axes.y)} to ${valueText(axes.y[1], axes.y)}`
  const best = bestAtEnd(drawn, goal)
  const bestWords = best && drawn.length > 1 && best.label ? ` Best at the end: ${best.label} with ${valueText(best.y[endIndex(best)]!, axes.y)}.` : ''
  const bad = facet.nNan + facet.nInf ? ` ${plural(facet.nNan + facet.nInf, 'point')} not finite.` : ''
  return `${name}: ${plural(drawn.length, 'line')} ${range}.${bestWords}${bad}`
}

/** Null where no line ends in a number. */
export function bestAtEnd(lines: readonly Line[], goal: 'max' | 'min'): Line | null {
  const sign = goal === 'max' ? 1 : -1
  const value = (line: Line): number => sign * (line.y[endIndex(line)] ?? NaN)
  const ended = lines.filter((line) => !Number.isNaN(value(line)))
  return ended.reduce<Line | null>((best, line) => (best === null || value(line) > value(best) ? line : best), null)
}

/** A point, for who moves through the chart by keys. */
export function pointWords(line: Line | null, name: string, x: number, y: number, { axes }: FacetAxes): string {
  return `${writeX(x, axes.xFormat, axes.xLabel)}: ${line ? `${name} ` : ''}${valueText(y, axes.y)}`
}

const BANDS = {
  minmax: 'min to max',
  std: 'mean ± standard deviation',
  stderr: 'mean ± standard error',
  ci95: '95 % t interval of the mean',
  quartiles: 'quartiles',
  none: '',
} as const

/** How a folded line came about: `median of 15 runs; band: min to max`. */
export function foldWords({ line, band }: Pick<MetricsState, 'line' | 'band'>, runs: number): string {
  const bounds = runs > 1 ? BANDS[band] : ''
  return `${line} of ${plural(runs, 'run')}${bounds ? `; band: ${bounds}` : ''}`
}

/** The marks that stand for infinities in a chart, before their number. */
function infSigns({ lines }: Facet): string {
  const ends = (end: number): boolean => lines.some(({ nonfiniteY }) => nonfiniteY.includes(end))
  const signs = [ends(Infinity) ? RIM_SIGNS.inf : '', ends(-Infinity) ? RIM_SIGNS['-inf'] : ''].join('')
  return signs || RIM_SIGNS.inf
}

const KIND_WORDS = { nan: 'NaN', inf: 'Inf', '-inf': '−Inf' } as const

/** What is not finite at a mark: `2 NaN, 1 Inf`. */
export function rimKindWords({ kinds }: RimMark): string {
  return KINDS.flatMap((kind) => (kinds.has(kind) ? [`${formatCount(kinds.get(kind)!)} ${KIND_WORDS[kind]}`] : [])).join(', ')
}

const MAX_NAMED = 4

/** Whose points are not finite at a mark: `run-017 (3), run-020`. */
export function rimWords({ lines }: RimMark, name: (line: Line) => string): string {
  const named = [...lines].slice(0, MAX_NAMED).map(([line, count]) => `${name(line)}${count > 1 ? ` (${count})` : ''}`)
  const rest = lines.size - named.length
  return named.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
