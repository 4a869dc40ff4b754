/** JSON values as YAML 1.2 that reads back to the same. */
import type { Json } from './wire'

/** What may stand without quotes: it begins with a letter and is no word that YAML takes for something else. */
const PLAIN = /^[A-Za-z_][\w ./@+-]*$/
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i

export function toYaml(value: Json): string {
  return `${block(value, '')}\n`
}

function block(value: Json, indent: string): string {
  if (Array.isArray(value) && value.length)
    return value.map((item) => `${indent}-${isNested(item) ? `\n${block(item, `${indent}  `)}` : ` ${scalar(item)}`}`).join('\n')
  if (isNested(value))
    return Object.entries(value as { [key: string]: Json })
      .map(([key, item]) => `${indent}${text(key)}:${isNested(item) ? `\n${block(item, `${indent}  `)}` : ` ${scalar(item)}`}`)
      .join('\n')
  return indent + scalar(value)
}

const isNested = (value: Json): boolean => typeof value === 'object' && value !== null && Object.keys(value).length > 0

function scalar(value: Json): string {
  if (typeof value === 'string') return text(value)
  return Array.isArray(value) ? '[]' : typeof value === 'object' && value !== null ? '{}' : JSON.stringify(value)
}

/** JSON's strings are YAML's, too. */
const text = (value: string): string => (PLAIN.test(value) && !RESERVED.test(value) && value === value.trim() ? value : JSON.stringify(value))
