/** A view as one file that opens anywhere, with the answers of the server inside. */
import { api, getText } from '../core/api'
import { pack, pageOf, type RecordedAnswer } from '../core/recorded'
import { router } from './router.svelte'

/** A view that asks for nothing more for so long is complete. */
const QUIET_MS = 1200
const LONGEST_MS = 60_000

/** Makes the file of the view that the address shows. */
export async function selfContained(): Promise<Blob> {
  const url = router.path + router.search
  const paths = await askedBy(url)
  const answers = await Promise.all(paths.map(async (path): Promise<[string, RecordedAnswer]> => [path, await pack(await answerTo(path))]))
  const [script, style] = await Promise.all([getText('/snapshot.js'), getText('/snapshot.css')])
  const recording = { url, made: Date.now() / 1000, answers: Object.fromEntries(answers) }
  return new Blob([pageOf({ title: document.title, recording, script, style })], { type: 'text/html' })
}

/** Where the project lies on this machine is nobody else's business. */
async function answerTo(path: string): Promise<Response> {
  if (path !== '/api/project') return fetch(path)
  return Response.json({ ...(await api.project()), root: '', neighbours: [] })
}

/** What the view asks the server for, found by opening it once more where nobody looks. */
async function askedBy(url: string): Promise<string[]> {
  const frame = document.createElement('iframe')
  frame.src = `${url}${url.includes('?') ? '&' : '?'}embed=page`
  frame.ariaHidden = 'true'
  frame.style.cssText = 'position:fixed;left:-9999px;width:1440px;height:900px;visibility:hidden'
  document.body.append(frame)
  try {
    const started = performance.now()
    let [count, since] = [0, started]
    while (performance.now() - since < QUIET_MS && performance.now() - started < LONGEST_MS) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      const asked = askedIn(frame).length
      if (asked !== count || asked === 0) [count, since] = [asked, performance.now()]
    }
    return [...new Set(askedIn(frame))]
  } finally {
    frame.remove()
  }
}

function askedIn(frame: HTMLIFrameElement): readonly string[] {
  return (frame.contentWindow as (Window & { ridgelineAsked?: readonly string[] }) | null)?.ridgelineAsked ?? []
}
