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
/** Columns that were asked for may be slimmer still. */
const LEAST_ASKED_PX = 160
const MIN_HEIGHT_PX = 200

/** A chart in a column that was asked for is at least this share of its width high, as far as the view goes. */
const ASKED_HEIGHT_SHARE = 0.45

/** Args: wanted: columns asked for; 0 leaves it to the room there is. */
export function gridOf(charts: number, width: number, height: number, wanted = 0): Grid {
  const columns = wanted > 0 ? Math.min(wanted, charts, Math.floor(width / LEAST_ASKED_PX)) : columnsThatFit(charts, width)
  const rows = Math.max(1, Math.ceil(charts / Math.max(1, columns)))
  const asked = wanted > 0 ? Math.min(height, (ASKED_HEIGHT_SHARE * width) / Math.max(1, columns)) : 0
  return { columns: Math.max(1, columns), rowHeight: Math.floor(Math.max(MIN_HEIGHT_PX, asked, height / rows)) }
}

function columnsThatFit(charts: number, width: number): number {
  const least = charts >= MANY ? MIN_WIDTH_OF_MANY_PX : MIN_WIDTH_PX
  const most = Math.max(1, Math.min(MAX_COLUMNS, Math.floor(width / least)))
  return Math.ceil(charts / Math.max(1, Math.ceil(charts / most)))
}
