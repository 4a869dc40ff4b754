/** A press on the head of a column: a click, or a drag that moves its block. */
import { blockOf } from '../core/grid-arrange'
import { moveBefore, type Placed } from '../core/grid-layout'
import { blocksOf, dropTarget } from '../core/grid-move'
import type { GridColumn } from './grid'

const DRAG_FROM_PX = 6

interface Ends {
  /** The free columns as they stand. */
  readonly places: readonly Placed<GridColumn>[]
  readonly onclick: (shift: boolean) => void
  /** Without it nothing is moved. */
  readonly onorder: ((blocks: string[]) => void) | undefined
}

export class HeaderMove {
  /** The block that is dragged. */
  moving = $state<string | null>(null)
  /** The block that it would stand before; null at the end; undefined while nothing is dragged. */
  target = $state<string | null | undefined>(undefined)

  press(event: PointerEvent, column: GridColumn, { places, onclick, onorder }: Ends): void {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('.more, [popover]'))) return
    const head = event.currentTarget as HTMLElement
    const row = head.closest<HTMLElement>('[data-free]')
    const movable = onorder && row && !column.pinned
    head.setPointerCapture(event.pointerId)
    head.onpointermove = (move) => {
      if (!movable || (this.moving === null && Math.abs(move.clientX - event.clientX) < DRAG_FROM_PX)) return
      this.moving = blockOf(column)
      this.target = dropTarget(places, move.clientX - row.getBoundingClientRect().left)
    }
    head.onpointerup = head.onpointercancel = (up) => {
      head.onpointermove = head.onpointerup = head.onpointercancel = null
      if (this.moving === null) {
        if (up.type === 'pointerup') onclick(up.shiftKey)
      } else if (this.target !== undefined) onorder?.(moveBefore(blocksOf(places), this.moving, this.target))
      this.moving = null
      this.target = undefined
    }
  }
}
