/** Where a long name may be shortened: before its last part. */

const MOST_LETTERS = 28
/** Without a separator the end is kept, which is where numbered names differ. */
const KEPT_LETTERS = 10

/** Head and tail of a name; the head may be cut, the tail is kept. */
export function splitPath(name: string): [string, string] {
  const last = name.slice(0, -1).search(/[/.](?!.*[/.])/)
  if (last >= 0 && name.length - last <= MOST_LETTERS) return [name.slice(0, last), name.slice(last)]
  const cut = Math.max(0, name.length - KEPT_LETTERS)
  return name.length > MOST_LETTERS ? [name.slice(0, cut), name.slice(cut)] : [name, '']
}
