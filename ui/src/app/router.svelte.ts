/** A History router: the path is the page, the query string its state. */
import { recording } from '../core/recorded'
import { embedding } from './embedding'

/** A self-contained page keeps its own address: a file has none that could change. */
const BASE = recording ? 'http://snapshot' : location.href
const START = new URL(recording?.url ?? location.href, BASE)

class Router {
  path = $state(START.pathname)
  search = $state(START.search)
  /** The query string before the first `preview` of a gesture; null outside gestures. */
  #before: string | null = null
  #timer = 0
  /** Steps since the tab came here; each entry of the history keeps its own. */
  #step = Number(history.state?.step ?? 0)

  constructor() {
    addEventListener('popstate', (event) => {
      this.#before = null
      this.#step = Number(event.state?.step ?? 0)
      const at = recording ? new URL(event.state?.url ?? START, BASE) : location
      this.path = at.pathname
      this.search = at.search
    })
    document.addEventListener('click', (event) => this.#followLink(event))
  }

  /** Goes to another page or state; Back returns. */
  go(url: string): void {
    const target = new URL(url, BASE)
    this.#settle()
    if (target.pathname === this.path && target.search === this.search) return
    // A frame shows one page; others open beside what it is in.
    if (embedding && target.pathname !== this.path) return void open(target, '_blank', 'noopener')
    this.#step++
    this.#write('pushState', target.pathname + target.search)
    this.path = target.pathname
    this.search = target.search
  }

  /** Corrects the address without a step in the history. */
  replace(url: string): void {
    const target = new URL(url, BASE)
    this.#write('replaceState', target.pathname + target.search)
    this.path = target.pathname
    this.search = target.search
  }

  /** The state while a gesture lasts. The address follows at most ten times a second: browsers limit replaceState. */
  preview(search: string): void {
    this.#before ??= this.search
    this.search = search
    this.#timer ||= window.setTimeout(() => {
      this.#timer = 0
      if (this.#before !== null) this.#write('replaceState', this.path + this.search)
    }, 100)
  }

  /** Ends a gesture, so that one step Back undoes all of it. */
  commit(search: string): void {
    this.#settle()
    this.go(this.path + search)
  }

  /** Takes the last step back, as Back does, but never leaves for where the tab was before. */
  undo(): void {
    if (this.#step > 0) history.back()
  }

  redo(): void {
    history.forward()
  }

  #write(how: 'pushState' | 'replaceState', url: string): void {
    history[how]({ step: this.#step, url }, '', recording ? undefined : url)
  }

  #settle(): void {
    if (this.#before === null) return
    clearTimeout(this.#timer)
    this.#timer = 0
    this.#write('replaceState', this.path + this.#before)
    this.search = this.#before
    this.#before = null
  }

  #followLink(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return
    if (link.pathname.startsWith('/api/')) return
    event.preventDefault()
    this.go(link.href)
  }
}

export const router = new Router()
