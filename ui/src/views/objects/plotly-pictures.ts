/**
 * Plotly figures as pictures, for boxes. One hidden frame draws them all, one after another: a frame for each would load
 * plotly's five megabytes each time.
 */
import { contentOf } from './content-cache'

export interface FigureColors {
  text: string
  grid: string
  font: string
  categories: string[]
}

export class NoPlotly extends Error {}

interface Waiting {
  resolve: (url: string) => void
  reject: (error: Error) => void
}

const MOST_KNOWN = 200
const known = new Map<string, Promise<string>>()
const waiting = new Map<number, Waiting>()
let frame: Promise<Window> | null = null
let last = 0

/** The address of an SVG of the figure at `url`. Rejects with NoPlotly where the server has none. */
export function plotlyPicture(url: string, width: number, height: number, colors: FigureColors): Promise<string> {
  const key = JSON.stringify([url, width, height, colors.text])
  const found = known.get(key)
  if (found) return found
  const made = draw(url, width, height, colors)
  made.catch(() => known.delete(key))
  known.set(key, made)
  const oldest = known.keys().next()
  if (known.size > MOST_KNOWN && !oldest.done) known.delete(oldest.value)
  return made
}

async function draw(url: string, width: number, height: number, colors: FigureColors): Promise<string> {
  const [figure, target] = await Promise.all([contentOf(url), (frame ??= openFrame())])
  last += 1
  const picture = last
  return new Promise((resolve, reject) => {
    waiting.set(picture, { resolve, reject })
    // The frame's origin is nobody's, so it cannot be named; the figure is no secret to our own frame.
    target.postMessage({ picture, figure, colors, width, height }, '*')
  })
}

function openFrame(): Promise<Window> {
  const element = document.createElement('iframe')
  element.src = '/api/plotly/frame'
  element.setAttribute('sandbox', 'allow-scripts')
  element.setAttribute('aria-hidden', 'true')
  element.title = 'Draws figures'
  element.tabIndex = -1
  element.style.cssText = 'position:fixed;left:-9999px;top:0;width:800px;height:600px;border:0;visibility:hidden'
  return new Promise((resolve, reject) => {
    addEventListener('message', (event) => {
      if (event.source !== element.contentWindow || !element.contentWindow) return
      const said = event.data as { figure?: string; picture?: number; url?: string; message?: string }
      if (said.figure === 'ready') resolve(element.contentWindow)
      else if (said.figure === 'no-plotly') reject(new NoPlotly('Plotly is not installed.'))
      else if (said.picture !== undefined) settle(said.picture, said.url, said.message)
    })
    document.body.append(element)
  })
}

function settle(picture: number, url: string | undefined, message: string | undefined): void {
  const one = waiting.get(picture)
  waiting.delete(picture)
  if (url !== undefined) one?.resolve(url)
  else one?.reject(new Error(message ?? 'Plotly cannot draw this figure.'))
}
