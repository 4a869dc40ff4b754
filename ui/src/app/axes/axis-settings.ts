/** What is set by hand for single axes, as text of the address: their scale and their ends. */
import { readEnd } from '../../components/range'
import { longColumn, shortColumn } from '../../core/run-columns'
import type { ParamsState } from '../../core/view-state'
import type { AxisRange, ScaleChoice } from '../../plot/axes/axis'

const SCALES: Readonly<Record<string, ScaleChoice>> = { lin: 'linear', log: 'log', cat: 'category' }
const SCALE_WORDS: Readonly<Record<ScaleChoice, string>> = { linear: 'lin', log: 'log', category: 'cat' }

/** `log:run.hparams.lr` */
export function readScales(texts: readonly string[]): Map<string, ScaleChoice> {
  return new Map(
    texts.flatMap((text) => {
      const scale = SCALES[text.slice(0, 3)]
      return scale && text[3] === ':' ? [[longColumn(text.slice(4)), scale] as const] : []
    }),
  )
}

export function writeScale(texts: readonly string[], key: string, scale: ScaleChoice | null): string[] {
  const others = texts.filter((text) => longColumn(text.slice(4)) !== key)
  return scale === null ? others : [...others, `${SCALE_WORDS[scale]}:${shortColumn(key)}`]
}

const RANGE = /^(.+):([^:]*)\.\.([^:]*)$/s

/** `last(loss):0..2`, `run.hparams.lr:1e-5..`; what cannot be read is left out. */
export function readRanges(texts: readonly string[]): Map<string, AxisRange> {
  const ranges = new Map<string, AxisRange>()
  for (const text of texts) {
    const [, key, low, high] = RANGE.exec(text) ?? []
    if (key === undefined) continue
    const range = [finiteEnd(low), finiteEnd(high)] as const
    if (range.some((end) => end !== null)) ranges.set(longColumn(key), range)
  }
  return ranges
}

export function writeRange(texts: readonly string[], key: string, [low, high]: AxisRange): string[] {
  const short = shortColumn(key)
  const others = texts.filter((text) => RANGE.exec(text)?.[1] !== short)
  return low === null && high === null ? others : [...others, `${short}:${low ?? ''}..${high ?? ''}`]
}

function finiteEnd(text: string | undefined): number | null {
  const value = readEnd(text ?? '', 'number')
  return value !== null && Number.isFinite(value) ? value : null
}

/**
 * The state after axes were replaced, as another reducer does: they keep colour, direction and scale.
 *
 * Ranges and brushes are of other values and would mislead.
 */
export function replacedAxes(
  view: Pick<ParamsState, 'by' | 'flip' | 'scale'>,
  entries: readonly string[],
  swap: (key: string) => string,
): Partial<ParamsState> {
  const scales = [...readScales(view.scale)]
  return {
    a: entries.map(swap),
    by: view.by && swap(view.by),
    flip: view.flip.map(swap),
    scale: scales.reduce<string[]>((texts, [key, scale]) => writeScale(texts, swap(key), scale), []),
    range: [],
    brush: [],
  }
}
