/** Brushes as text of the address, and as an expression of the query language. */
import { longColumn, shortColumn } from '../../core/run-columns'
import type { Axis } from '../../plot/axes/axis'
import type { BrushPart, Brushes } from '../../plot/axes/brush'

const FORM = /^(.+):(=.*|none|[^:]*\.\.[^:]*)$/s

/** `last(f1{lang=de}):0.8..`, `run.hparams.technique:=full|head`, `run.hparams.lr:none`; one text a part. */
export function writeBrushes(brushes: Brushes): string[] {
  return [...brushes].flatMap(([key, parts]) => parts.map((part) => `${shortColumn(key)}:${writePart(part)}`))
}

function writePart(part: BrushPart): string {
  if (part.kind === 'rail') return 'none'
  if (part.kind === 'values') return `=${part.values.map(writeValue).join('|')}`
  const end = (value: number): string => (Number.isFinite(value) ? String(value) : '')
  return `${end(part.low)}..${end(part.high)}`
}

/** Numbers stand bare; a word that could be read as one, or holds a separator, is quoted and escaped. */
function writeValue(value: number | string): string {
  if (typeof value === 'number') return String(value)
  const safe = value.replace(/[%|:']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return value === '' || Number.isFinite(Number(value)) ? `'${safe}'` : safe
}

/** What cannot be read is left out. */
export function readBrushes(texts: readonly string[]): Brushes {
  const brushes = new Map<string, BrushPart[]>()
  for (const text of texts) {
    const [, axis, form] = FORM.exec(text) ?? []
    if (axis === undefined || form === undefined) continue
    const part = readPart(form)
    const key = longColumn(axis)
    if (part !== null) brushes.set(key, [...(brushes.get(key) ?? []), part])
  }
  return brushes
}

function readPart(form: string): BrushPart | null {
  if (form === 'none') return { kind: 'rail' }
  if (form.startsWith('=')) return { kind: 'values', values: form.slice(1).split('|').map(readValue) }
  const [low = '', high = ''] = form.split('..')
  const ends = [low === '' ? -Infinity : Number(low), high === '' ? Infinity : Number(high)] as const
  return ends.some(Number.isNaN) ? null : { kind: 'range', low: ends[0], high: ends[1] }
}

function readValue(text: string): number | string {
  const quoted = /^'(.*)'$/s.exec(text)?.[1]
  if (quoted === undefined && text !== '' && Number.isFinite(Number(text))) return Number(text)
  return (quoted ?? text).replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
}

/** The runs of a brush as a condition; null where nothing is brushed. */
export function brushExpression(axes: readonly Axis[], brushes: Brushes): string | null {
  const conditions = axes.flatMap((axis) => {
    const parts = brushes.get(axis.key) ?? []
    const either = parts.map((part) => partExpression(axis, part))
    return either.length > 1 ? [`(${either.join(' or ')})`] : either
  })
  return conditions.length > 0 ? conditions.join(' and ') : null
}

function partExpression(axis: Axis, part: BrushPart): string {
  const { key } = axis
  if (part.kind === 'rail') return withoutValue(axis)
  if (part.kind === 'values') {
    const literals = part.values.flatMap((value) => literal(axis, value))
    return literals.length === 1 ? `${key} == ${literals[0]}` : `${key} in (${literals.join(', ')})`
  }
  const low = part.low === -Infinity ? [] : [`${key} >= ${part.low}`]
  const high = part.high === Infinity ? [] : [`${key} <= ${part.high}`]
  return [...low, ...high].join(' and ') || `not ${withoutValue(axis)}`
}

/** True for a missing value, NaN and ±∞ alike: none of them lies between the finite ends. */
function withoutValue({ key, numbers, column }: Axis): string {
  const finite = numbers.filter((value) => !Number.isNaN(value)).sort()
  if (column.type !== 'number' || finite.length === 0) return `${key} is None`
  return `not (${key} >= ${finite[0]} and ${key} <= ${finite[finite.length - 1]})`
}

/** A word of a column with both words and numbers may have been a number: both are asked for. */
function literal({ column }: Axis, value: number | string): string[] {
  if (typeof value === 'number') return [String(value)]
  if (column.type === 'bool') return [value === 'true' ? 'True' : 'False']
  const asNumber = column.type === 'mixed' && value !== '' && Number.isFinite(Number(value)) ? [value] : []
  return [JSON.stringify(value), ...asNumber]
}

/** The query narrowed to a condition, or to its opposite. */
export function narrowed(query: string, condition: string, keep: boolean): string {
  const added = keep ? condition : `not (${condition})`
  const old = query.trim()
  if (old === '') return added
  return `${/\b(or|if|lambda)\b/.test(old) ? `(${old})` : old} and ${added}`
}
