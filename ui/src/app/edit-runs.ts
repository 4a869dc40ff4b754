import { toasts } from '../components/toasts.svelte'
import { api } from '../core/api'
import type { ReversibleEdit } from '../core/run-edits'

/** Makes an edit and offers to take it back; `after` is told of both. */
export async function editRuns({ edit, undo, done }: ReversibleEdit, after: () => void = () => undefined): Promise<void> {
  const send = async (change: typeof edit): Promise<boolean> => {
    try {
      await api.edit(change)
      after()
      return true
    } catch (error) {
      toasts.fail(error)
      return false
    }
  }
  if (edit.ids.length && (await send(edit))) toasts.say(done, { label: 'Undo', run: () => void send(undo) })
}
