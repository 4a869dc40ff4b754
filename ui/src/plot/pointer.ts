/** Turns pointer events of an element into moves, drags, clicks and double clicks, one of each kind a frame. */

/** A drag shorter than this is a click. */
const DRAG_PX = 4

export interface Drag {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
}

export function isDrag(drag: Drag): boolean {
  return Math.hypot(drag.toX - drag.fromX, drag.toY - drag.fromY) >= DRAG_PX
}

export interface PointerEvents {
  move(left: number, top: number): void
  leave(): void
  drag(drag: Drag): void
  drop(drag: Drag): void
  /** `more` with Shift, Ctrl or Cmd. */
  click(left: number, top: number, more: boolean): void
  back(): void
  /** With Ctrl or Cmd, which is also what a pinch on a touchpad sends. */
  wheel(left: number, turned: number): void
}

export class Pointer {
  private start: { left: number; top: number } | null = null
  private drag: Drag | null = null
  private last: { left: number; top: number } | null = null
  private frame = 0
  private readonly abort = new AbortController()

  constructor(
    private readonly host: HTMLElement,
    private readonly events: PointerEvents,
  ) {
    const signal = { signal: this.abort.signal }
    host.addEventListener('pointermove', (event) => this.moved(event), signal)
    host.addEventListener('pointerleave', () => this.left(), signal)
    host.addEventListener('pointerdown', (event) => this.pressed(event), signal)
    host.addEventListener('pointerup', (event) => this.released(event), signal)
    host.addEventListener('pointercancel', () => this.reset(), signal)
    host.addEventListener('dblclick', () => events.back(), signal)
    host.addEventListener('wheel', (event) => this.turned(event), { ...signal, passive: false })
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    this.abort.abort()
  }

  private at(event: MouseEvent): { left: number; top: number } {
    const box = this.host.getBoundingClientRect()
    return { left: event.clientX - box.left, top: event.clientY - box.top }
  }

  private moved(event: PointerEvent): void {
    this.last = this.at(event)
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.tell())
  }

  private tell(): void {
    this.frame = 0
    if (!this.last) return
    const { left, top } = this.last
    if (!this.start) return this.events.move(left, top)
    const drag = { fromX: this.start.left, fromY: this.start.top, toX: left, toY: top }
    if (!this.drag && !isDrag(drag)) return
    this.drag = drag
    this.events.drag(drag)
  }

  private left(): void {
    if (this.start) return
    this.last = null
    this.events.leave()
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) return
    // A tap, or a click before the frame of the move that led here, has to be at its place first.
    cancelAnimationFrame(this.frame)
    this.frame = 0
    const at = this.at(event)
    this.events.move(at.left, at.top)
    this.start = at
    this.host.setPointerCapture(event.pointerId)
  }

  private turned(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    this.events.wheel(this.at(event).left, event.deltaY)
  }

  private released(event: PointerEvent): void {
    const started = this.start !== null
    // The frame of the last move may still be due.
    if (this.frame !== 0) {
      cancelAnimationFrame(this.frame)
      this.tell()
    }
    const drag = this.drag
    this.reset()
    if (drag) this.events.drop(drag)
    else if (started) {
      const { left, top } = this.at(event)
      this.events.click(left, top, event.shiftKey || event.ctrlKey || event.metaKey)
    }
  }

  private reset(): void {
    this.start = null
    this.drag = null
  }
}
