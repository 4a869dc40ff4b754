import { toasts } from './toasts.svelte'

/** Puts a text on the clipboard and says so, or says why not. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toasts.say(done)
  } catch {
    toasts.fail(new Error('The browser does not let this page write to the clipboard.'))
  }
}
