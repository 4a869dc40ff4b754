/** The cell that the keyboard is on. */

export interface CursorLimits {
  rows: number
  columns: number
  /** Rows that Page Up and Page Down go over. */
  page: number
}

const STEPS: Record<string, (at: { row: number; column: number }, limits: CursorLimits) => { row: number; column: number }> = {
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  PageDown: ({ row, column }, { page }) => ({ row: row + page, column }),
  PageUp: ({ row, column }, { page }) => ({ row: row - page, column }),
  Home: ({ column }) => ({ row: 0, column }),
  End: ({ column }, { rows }) => ({ row: rows - 1, column }),
}

const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value))

export class GridCursor {
  row = $state(0)
  column = $state(0)
  /** Where a range of rows began. */
  anchor = 0

  /** Goes where the key leads; false for keys that lead nowhere. */
  step(key: string, limits: CursorLimits): boolean {
    const target = STEPS[key]?.(this, limits)
    if (!target) return false
    this.row = within(target.row, limits.rows)
    this.column = within(target.column, limits.columns)
    return true
  }

  /** The places from the anchor to `at`. */
  range(at: number): [number, number] {
    return [Math.min(this.anchor, at), Math.max(this.anchor, at)]
  }
}
