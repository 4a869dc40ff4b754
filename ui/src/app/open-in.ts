import { toasts } from '../components/toasts.svelte'
import { openUrl, whyNot, type Place, type RunSelection } from '../core/open-in'
import { router } from './router.svelte'

/** Goes to a page with these runs, or says why that cannot be. */
export function openIn(place: Place, selection: RunSelection): void {
  const problem = whyNot(place, selection)
  if (problem) toasts.fail(new Error(problem))
  else router.go(openUrl(place, selection))
}
