/** What the pointer is on. Every chart and table shows it, so that one run lights up everywhere. */
class Hover {
  /** Run id. */
  run = $state.raw<string | null>(null)
  /** Key of a series or group, as the page defines it. */
  series = $state.raw<string | null>(null)
  /** Place on the x axis in data units; charts share one crosshair. */
  x = $state.raw<number | null>(null)

  clear(): void {
    this.run = null
    this.series = null
    this.x = null
  }
}

export const hover = new Hover()
