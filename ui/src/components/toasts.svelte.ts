/** Short words about what was done, with a way back where there is one. */

export interface Toast {
  id: number
  text: string
  action?: { label: string; run: () => void }
  bad: boolean
}

const SHOWN_MS = 7000

class Toasts {
  list = $state<Toast[]>([])
  #next = 0

  say(text: string, action?: Toast['action']): void {
    this.#add({ text, bad: false, ...(action ? { action } : {}) })
  }

  fail(error: unknown): void {
    this.#add({ text: error instanceof Error ? error.message : String(error), bad: true })
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }

  #add(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++
    this.list = [...this.list, { ...toast, id }]
    setTimeout(() => this.drop(id), SHOWN_MS)
  }
}

export const toasts = new Toasts()
