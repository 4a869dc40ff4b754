/** Selected ids after a click: one, a heading with all below it, or all from one row to another. */

/** All of `ids` in or, when they all were, out. */
export function toggled(selected: ReadonlySet<string>, ids: readonly string[]): Set<string> {
  const next = new Set(selected)
  const drop = ids.every((id) => selected.has(id))
  for (const id of ids) if (drop) next.delete(id)
  else next.add(id)
  return next
}

export function added(selected: ReadonlySet<string>, ids: Iterable<string>): Set<string> {
  const next = new Set(selected)
  for (const id of ids) next.add(id)
  return next
}

/** Whether none, some or all of `ids` are selected. */
export function share(selected: ReadonlySet<string>, ids: readonly string[]): 'none' | 'some' | 'all' {
  if (!selected.size) return 'none'
  let count = 0
  for (const id of ids) if (selected.has(id)) count += 1
  return count === 0 ? 'none' : count === ids.length ? 'all' : 'some'
}
