import { decode, encode, type Fields, type StateOf } from '../core/codec'
import { router } from './router.svelte'

/**
 * The state of a page, read from the address and written back to it.
 *
 * `state` is reactive field by field. `set` makes a step that Back undoes; `preview` follows a gesture without steps,
 * and the `set` after it makes one step of the whole gesture.
 */
export class PageState<F extends Fields> {
  readonly state: Readonly<StateOf<F>>
  readonly #fields: F

  constructor(fields: F) {
    this.#fields = fields
    this.state = reactiveFields(fields)
  }

  /** The query string that `patch` would lead to. */
  search(patch: Partial<StateOf<F>>): string {
    return encode(this.#fields, { ...decode(this.#fields, router.search), ...patch })
  }

  set(patch: Partial<StateOf<F>>): void {
    router.commit(this.search(patch))
  }

  preview(patch: Partial<StateOf<F>>): void {
    router.preview(this.search(patch))
  }
}

/** One derived value a field: a list that reads the same keeps its identity, so that what hangs on it stays still. */
function reactiveFields<F extends Fields>(fields: F): StateOf<F> {
  const all = $derived(decode(fields, router.search))
  const state = {} as StateOf<F>
  for (const key of Object.keys(fields) as (keyof F)[]) {
    let last: StateOf<F>[keyof F] | undefined
    const value = $derived.by(() => {
      const next = all[key]
      if (JSON.stringify(last) !== JSON.stringify(next)) last = next
      return last
    })
    Object.defineProperty(state, key, { enumerable: true, get: () => value })
  }
  return state
}
