/** What one chart has of its own, in the address: `ys=log,y=0..1,sm=ema:0.6@de`. */
import type { Interval } from '../../plot/lines/types'
import { parseSmoothing, smoothingText } from './smoothing'

export interface ChartSettings {
  readonly ys?: 'lin' | 'log'
  readonly x?: Interval
  readonly y?: Interval
  /** Smoothing in the form of the address. */
  readonly sm?: string
}

export type Settings = ReadonlyMap<string, ChartSettings>

/** By the label of the chart; what cannot be read is left out. */
export function parseSettings(texts: readonly string[]): Map<string, ChartSettings> {
  const entries = texts.flatMap((text): [string, ChartSettings][] => {
    const at = text.indexOf('@')
    if (at < 0) return []
    return [[text.slice(at + 1), parseFields(text.slice(0, at))]]
  })
  return new Map(entries)
}

function parseFields(text: string): ChartSettings {
  const fields = new Map(text.split(',').map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]))
  const [ys, x, y, sm] = [fields.get('ys'), interval(fields.get('x')), interval(fields.get('y')), fields.get('sm')]
  return {
    ...(ys === 'lin' || ys === 'log' ? { ys } : {}),
    ...(x ? { x } : {}),
    ...(y ? { y } : {}),
    ...(sm === undefined ? {} : { sm: smoothingText(parseSmoothing(sm)) }),
  }
}

function interval(text: string | undefined): Interval | null {
  const ends = text?.split('..').map(Number)
  const [low, high] = ends ?? []
  return ends?.length === 2 && low! < high! ? [low!, high!] : null
}

/** The list with the settings of one chart changed; null in a field takes it away. */
export function withSettings(texts: readonly string[], chart: string, patch: { [K in keyof ChartSettings]: ChartSettings[K] | null }): string[] {
  const all = parseSettings(texts)
  const merged = Object.entries({ ...all.get(chart), ...patch }).filter(([, value]) => value !== null && value !== undefined)
  const rest = [...all].filter(([label]) => label !== chart)
  const changed: [string, ChartSettings][] = merged.length ? [[chart, Object.fromEntries(merged) as ChartSettings]] : []
  return [...rest, ...changed].map(([label, settings]) => `${writeFields(settings)}@${label}`)
}

function writeFields({ ys, x, y, sm }: ChartSettings): string {
  const range = (name: string, ends: Interval | undefined): string[] => (ends ? [`${name}=${ends[0]}..${ends[1]}`] : [])
  return [...(ys ? [`ys=${ys}`] : []), ...range('x', x), ...range('y', y), ...(sm === undefined ? [] : [`sm=${sm}`])].join(',')
}
