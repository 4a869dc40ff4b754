/** Controls that pages have in common, found in the page for keys. */

/** The chart before or after the one in focus; without one, the first. */
export function chartBeside(step: -1 | 1): HTMLElement | null {
  const charts = [...document.querySelectorAll<HTMLElement>('[data-chart]')]
  const at = charts.findIndex((chart) => chart.contains(document.activeElement))
  return charts[at < 0 ? 0 : (at + step + charts.length) % charts.length] ?? null
}

/** What takes away what a page shows; pages call it alike. */
export function exportOf(root: ParentNode): HTMLElement | null {
  const named = [...root.querySelectorAll<HTMLElement>('.page button, .page a')]
  return named.find((control) => /^(Export|Picture)/.test(control.textContent.trim())) ?? null
}
