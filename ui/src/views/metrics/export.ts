/** A picture of the charts in view. */
import { downloadBlob } from '../../core/download'

/** All charts that are drawn, where they stand on the page, on one picture. */
export async function downloadPng(hosts: Iterable<HTMLElement>, name: string): Promise<void> {
  const charts = [...hosts].filter((host) => host.querySelector('canvas'))
  const boxes = charts.map((host) => (host.closest('figure') ?? host).getBoundingClientRect())
  const left = Math.min(...boxes.map((box) => box.left))
  const top = Math.min(...boxes.map((box) => box.top))
  const dpr = devicePixelRatio
  const canvas = document.createElement('canvas')
  canvas.width = (Math.max(...boxes.map((box) => box.right)) - left) * dpr
  canvas.height = (Math.max(...boxes.map((box) => box.bottom)) - top) * dpr
  const context = canvas.getContext('2d')
  if (!context || charts.length === 0) throw new Error('There is no chart to save. Choose a metric first.')
  const style = getComputedStyle(document.documentElement)
  context.scale(dpr, dpr)
  context.translate(-left, -top)
  context.fillStyle = style.getPropertyValue('--bg')
  context.fillRect(left, top, canvas.width, canvas.height)
  context.fillStyle = style.getPropertyValue('--text')
  context.font = `600 13px ${style.getPropertyValue('--font')}`
  for (const host of charts) drawChart(context, host)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  if (!blob) throw new Error('The browser could not make the picture: it is too large.')
  downloadBlob(blob, name)
}

function drawChart(context: CanvasRenderingContext2D, host: HTMLElement): void {
  const box = host.getBoundingClientRect()
  const title = host.closest('figure')?.querySelector<HTMLElement>('.title')
  if (title) context.fillText(title.innerText.replace(/\s+/g, ' '), title.getBoundingClientRect().left, box.top - 8)
  for (const layer of ['frame', 'lines']) {
    const canvas = host.querySelector<HTMLCanvasElement>(`canvas[data-layer=${layer}]`)
    if (canvas) context.drawImage(canvas, box.left, box.top, box.width, box.height)
  }
}
