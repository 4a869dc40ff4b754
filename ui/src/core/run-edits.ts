/** Edits of several runs that can be taken back: only those runs are touched that are not yet as wanted. */
import { isolated, plural } from './format'
import type { RunEdit } from './wire'

/** What a bulk action has to know of a run. */
export interface RunFacts {
  readonly name: string
  readonly tags: readonly string[]
  readonly archived: boolean
  readonly deleted: boolean
}

export interface ReversibleEdit {
  edit: RunEdit
  undo: RunEdit
  /** What has been done, for the toast. */
  done: string
}

type Facts = (id: string) => RunFacts

export function tagging(ids: readonly string[], facts: Facts, tag: string): ReversibleEdit {
  const about = ids.filter((id) => !facts(id).tags.includes(tag))
  return {
    edit: { ids: about, add_tags: [tag] },
    undo: { ids: about, remove_tags: [tag] },
    done: `Tagged ${plural(about.length, 'run')} “${isolated(tag)}”`,
  }
}

export function untagging(ids: readonly string[], facts: Facts, tag: string): ReversibleEdit {
  const about = ids.filter((id) => facts(id).tags.includes(tag))
  return {
    edit: { ids: about, remove_tags: [tag] },
    undo: { ids: about, add_tags: [tag] },
    done: `Took “${isolated(tag)}” off ${plural(about.length, 'run')}`,
  }
}

export function archiving(ids: readonly string[], facts: Facts, archived: boolean): ReversibleEdit {
  const about = ids.filter((id) => facts(id).archived !== archived)
  return {
    edit: { ids: about, archived },
    undo: { ids: about, archived: !archived },
    done: `${archived ? 'Archived' : 'Unarchived'} ${plural(about.length, 'run')}`,
  }
}

export function deleting(ids: readonly string[], facts: Facts, deleted: boolean): ReversibleEdit {
  const about = ids.filter((id) => facts(id).deleted !== deleted)
  return {
    edit: { ids: about, deleted },
    undo: { ids: about, deleted: !deleted },
    done: `${deleted ? 'Deleted' : 'Restored'} ${plural(about.length, 'run')}`,
  }
}

/** On how many of the runs each tag is. */
export function tagCounts(ids: readonly string[], facts: Facts): Map<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) for (const tag of facts(id).tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}
