/** The answer of /api/objects, and how it is asked for. */
import { getJson, queryString, type ParamValue } from '../../core/api'
import { contextJson, selectorText } from '../../core/selector'
import type { ListedSeries, ObjectListing } from '../../core/wire'
import type { Kind, ObjectsState } from './state'

/** What a page shows at most; more than that nobody scrolls through. */
const MAX_SHOWN = 20_000
/** What captions can say of an object itself; any other field is a key of its run or series. */
const OWN_FIELDS = ['series', 'step', 'index', 'epoch', 'caption', 'size', 'run.name'] as const

export const isOwnField = (field: string): boolean => (OWN_FIELDS as readonly string[]).includes(field)

/** The parameters of the listing that a page shows. */
export function listingParams(state: ObjectsState, kind: Kind, run: string | null): Record<string, ParamValue> {
  const range = state.by === 'range' && kind !== 'distribution'
  return {
    kind,
    q: run === null ? state.q : `run.id == ${JSON.stringify(run)}`,
    m: state.m,
    at: range ? '' : (state.at ?? 'last'),
    smin: range ? state.smin : null,
    smax: range ? state.smax : null,
    steps: range ? state.sn : 0,
    imin: state.imin,
    imax: state.imax,
    indices: state.in,
    find: state.find,
    row: state.row,
    column: state.col,
    sort: state.sort,
    field: state.cap.filter((field) => !isOwnField(field)),
    limit: MAX_SHOWN,
  }
}

export async function fetchObjects(params: Record<string, ParamValue>, signal?: AbortSignal): Promise<ObjectListing> {
  return getJson<ObjectListing>(`/api/objects${queryString(params)}`, signal)
}

/** All objects of a kind of one run. */
export async function fetchRunObjects(kind: Kind, run: string, signal?: AbortSignal): Promise<ObjectListing> {
  return fetchObjects({ kind, q: `run.id == ${JSON.stringify(run)}`, limit: MAX_SHOWN }, signal)
}

/** What tells series of one name and context from others, whatever their run. */
export const seriesKey = ({ name, context }: Pick<ListedSeries, 'name' | 'context'>): string => `${name} ${contextJson(context)}`

export const seriesSelector = ({ name, context }: Pick<ListedSeries, 'name' | 'context'>): string => selectorText({ name, context })

export const runOf = (id: string): string => id.slice(0, id.indexOf('/'))
