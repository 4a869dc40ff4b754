import type { Artifact } from '../../core/wire'

export type PreviewKind = 'image' | 'audio' | 'table' | 'json' | 'text'

/** Larger ones are for programs, not for a look. */
const MOST_BYTES = 10_000_000
/** SVG can hold scripts: its text is shown, not its picture. */
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const TEXTS = /^(text\/|application\/(json|xml|yaml|x-yaml|toml|x-sh|javascript)|image\/svg)/
const TEXT_NAMES = /\.(txt|md|log|ya?ml|toml|ini|cfg|py|sh|jsonl|diff|patch|svg|tex)$/i

/** How a file can be looked at; null when it can only be saved. */
export function previewKind({ name, mime, sha, size_bytes }: Pick<Artifact, 'name' | 'mime' | 'sha' | 'size_bytes'>): PreviewKind | null {
  if (sha === null || (size_bytes ?? 0) > MOST_BYTES) return null
  const type = mime ?? ''
  if (IMAGES.includes(type)) return 'image'
  if (type.startsWith('audio/')) return 'audio'
  if (/csv|tab-separated/.test(type) || /\.[ct]sv$/i.test(name)) return 'table'
  if (type === 'application/json' || /\.json$/i.test(name)) return 'json'
  return TEXTS.test(type) || TEXT_NAMES.test(name) ? 'text' : null
}
