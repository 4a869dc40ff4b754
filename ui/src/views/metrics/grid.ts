/** How many columns a number of charts takes in a given width, and how high the rows are. */

export interface Grid {
  readonly columns: number
  readonly rowHeight: number
}

const MAX_COLUMNS = 6
/** Below this a chart shows no course any more; a wall of many is for comparing shapes and may be denser. */
const MIN_WIDTH_PX = 300
const MIN_WIDTH_OF_MANY_PX = 220
const MANY = 9
const MIN_HEIGHT_PX = 200

export function gridOf(charts: number, width: number, height: number): Grid {
  const least = charts >= MANY ? MIN_WIDTH_OF_MANY_PX : MIN_WIDTH_PX
  const most = Math.max(1, Math.min(MAX_COLUMNS, Math.floor(width / least)))
  const rows = Math.max(1, Math.ceil(charts / most))
  const columns = Math.max(1, Math.ceil(charts / rows))
  return { columns, rowHeight: Math.max(MIN_HEIGHT_PX, Math.floor(height / rows)) }
}
