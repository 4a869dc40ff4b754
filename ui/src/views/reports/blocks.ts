/**
 * A report as Markdown and views in turn.
 *
 * A view is a picture whose address is one of our pages, alone on its line: `![F1 by language](/metrics?m=f1#h=360)`, or a saved view
 * by its name: `![](view:F1 by language#h=360)`. Inside fences it is text.
 */
import type { SavedView } from '../../core/wire'

export interface Prose {
  readonly kind: 'prose'
  readonly text: string
}

export interface ViewBlock {
  readonly kind: 'view'
  readonly title: string
  /** An address of ours, or `view:` and a name. */
  readonly target: string
  /** In px. */
  readonly height: number
}

export type Block = Prose | ViewBlock

export const DEFAULT_HEIGHT = 360
const LEAST_HEIGHT = 120
const MOST_HEIGHT = 2000
const LINE = /^ {0,3}!\[([^\]]*)\]\((view:[^)\n]*(?:\([^)\n]*\)[^)\n]*)*|\/[^\n]*)\)\s*$/
const FENCE = /^ {0,3}(`{3,}|~{3,})/
const HEIGHT = /#h=(\d+)$/
/** Pages that make sense without their bars. */
const PAGES = /^\/(metrics|params|scatter|runs|objects|compare)(\?|$)/

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let prose: string[] = []
  let fence: string | null = null
  const close = (): void => {
    if (prose.some((line) => line.trim())) blocks.push({ kind: 'prose', text: prose.join('\n') })
    prose = []
  }
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1]
    if (mark && fence === null) fence = mark
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null
    const view = fence === null ? viewOf(line) : null
    if (view) {
      close()
      blocks.push(view)
    } else prose.push(line)
  }
  close()
  return blocks
}

function viewOf(line: string): ViewBlock | null {
  const [, title, address] = LINE.exec(line) ?? []
  if (title === undefined || address === undefined) return null
  const asked = Number(HEIGHT.exec(address)?.[1] ?? DEFAULT_HEIGHT)
  const target = address.replace(HEIGHT, '').trim()
  if (!target.startsWith('view:') && !PAGES.test(target)) return null
  return { kind: 'view', title, target, height: Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, asked)) }
}

export interface Found {
  readonly title: string
  readonly url: string
}

/** The title and the address that a view of a report stands for; null when no saved view has the name. */
export function resolve(block: ViewBlock, views: readonly SavedView[]): Found | null {
  if (!block.target.startsWith('view:')) return { title: block.title, url: block.target }
  const name = block.target.slice('view:'.length).trim()
  const view = views.findLast((each) => each.name === name)
  return view && PAGES.test(view.url) ? { title: block.title || view.name, url: view.url } : null
}

/** The address of a view's plot alone, for a frame. */
export function embedUrl(url: string): string {
  const [path, search = ''] = url.split('?')
  const params = new URLSearchParams(search)
  params.set('embed', 'view')
  if (path !== '/runs') params.set('table', '0')
  return `${path}?${params}`
}

/** The line that puts a saved view into a report. A name that would not be read back goes in by its address. */
export function lineOf(view: SavedView): string {
  const byName = `![](view:${view.name})`
  const read = viewOf(byName)
  return read?.target === `view:${view.name}` ? byName : `![${view.name.replace(/[[\]\n]/g, ' ')}](${view.url})`
}
