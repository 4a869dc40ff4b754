/** The order of charts: those named first, the others as they come. */

export function ordered<T extends { readonly id: string }>(charts: readonly T[], order: readonly string[]): T[] {
  const place = new Map(order.map((id, at) => [id, at]))
  return charts
    .map((chart, at) => ({ chart, at: place.get(chart.id) ?? order.length + at }))
    .sort((a, b) => a.at - b.at)
    .map(({ chart }) => chart)
}

/** The ids with one of them moved to another place. */
export function moved(ids: readonly string[], id: string, to: number): string[] {
  const rest = ids.filter((other) => other !== id)
  const at = Math.min(rest.length, Math.max(0, to))
  return [...rest.slice(0, at), id, ...rest.slice(at)]
}
