import { findAnswer, recording, unpack, type Recording } from './recorded'
import type { ActiveDay, Choice, ConsolePage, LineageGraph, Pickers, Project, Report, RunDetails, RunEdit, SavedView, Siblings } from './wire'

/** The parameter that is wrong, and which characters of it. */
export interface Fault {
  parameter: string
  text: string
  start: number
  end: number
}

/** An answer other than 2xx. `start` and `end` mark the characters of the query at fault, when it is at fault. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly slug: string,
    readonly status: number,
    readonly start: number | null = null,
    readonly end: number | null = null,
    /** Where an expression in any parameter is wrong. */
    readonly fault: Fault | null = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }

  /** True when the text of the query is wrong, so that the query bar shows it, not the page. */
  get inQuery(): boolean {
    return this.start !== null
  }
}

export type ParamValue = string | number | boolean | readonly string[] | null | undefined

/** `?a=1&b=x&b=y`; empty strings, null, undefined and empty lists are left out. */
export function queryString(params: Record<string, ParamValue>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === '') continue
    if (typeof value === 'object') for (const item of value) search.append(key, item)
    else search.append(key, value === true ? '1' : value === false ? '0' : String(value))
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

/** What this page asked for so far, for who wants to carry the answers away. */
export const asked: string[] = []

async function request(path: string, init: RequestInit): Promise<Response> {
  if (recording) return recordedAnswer(recording, path)
  if (init.method === undefined) asked.push(path)
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError('The server does not answer. Is “ridgeline up” still running?', 'server-unreachable', 0)
  }
  if (!response.ok) throw await errorFrom(response)
  return response
}

async function recordedAnswer(from: Recording, path: string): Promise<Response> {
  const answer = findAnswer(from, path)
  if (answer) return unpack(answer)
  const made = new Date(from.made * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
  throw new ApiError(`This page is a snapshot of ${made}. It holds what it showed then, and nothing else.`, 'snapshot', 0)
}

async function errorFrom(response: Response): Promise<ApiError> {
  const fallback = new ApiError(`The server answered ${response.status}.`, 'server-error', response.status)
  const body: unknown = await response.json().catch(() => null)
  if (typeof body !== 'object' || body === null) return fallback
  const { message, slug, start, end, fault } = body as Record<string, unknown>
  return new ApiError(
    typeof message === 'string' ? message : fallback.message,
    typeof slug === 'string' ? slug : fallback.slug,
    response.status,
    typeof start === 'number' ? start : null,
    typeof end === 'number' ? end : null,
    typeof fault === 'object' ? (fault as Fault | null) : null,
  )
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { signal: signal ?? null })
  return (await response.json()) as T
}

export async function getBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await request(path, { signal: signal ?? null })
  return new Uint8Array(await response.arrayBuffer())
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await request(path, { signal: signal ?? null })
  return response.text()
}

async function sendJson<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body: unknown): Promise<T> {
  const response = await request(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as T
}

type NewView = Pick<SavedView, 'name' | 'page' | 'url'>
type NewReport = Pick<Report, 'title' | 'text'>

const runPath = (id: string): string => `/api/runs/${encodeURIComponent(id)}`

/** One function for each JSON address; the Arrow ones are in runs-table.ts and (for lines) in plot/. */
export const api = {
  project: (signal?: AbortSignal) => getJson<Project>('/api/project', signal),
  pickers: (signal?: AbortSignal) => getJson<Pickers>('/api/pickers', signal),
  run: (id: string, signal?: AbortSignal) => getJson<RunDetails>(runPath(id), signal),
  lineage: (id: string, signal?: AbortSignal) => getJson<LineageGraph>(`${runPath(id)}/lineage`, signal),
  siblings: (id: string, signal?: AbortSignal) => getJson<Siblings>(`${runPath(id)}/siblings`, signal),
  console: (id: string, after: number, limit: number, signal?: AbortSignal) =>
    getJson<ConsolePage>(`${runPath(id)}/console${queryString({ after, limit })}`, signal),
  select: (question: Readonly<Record<string, string | boolean | readonly string[]>>, signal?: AbortSignal) =>
    getJson<Choice>(`/api/select${queryString(question)}`, signal),
  edit: (edit: RunEdit) => sendJson<{ changed: number; generation: number }>('PATCH', '/api/runs', edit),
  markdown: (text: string) => sendJson<{ html: string }>('POST', '/api/markdown', { text }),
  views: (signal?: AbortSignal) => getJson<SavedView[]>('/api/views', signal),
  saveView: (view: NewView) => sendJson<SavedView>('POST', '/api/views', view),
  /** Also brings a deleted view back. */
  changeView: (id: string, view: NewView) => sendJson<SavedView>('PUT', `/api/views/${id}`, view),
  deleteView: (id: string) => sendJson<SavedView>('DELETE', `/api/views/${id}`, {}),
  reports: (signal?: AbortSignal) => getJson<Report[]>('/api/reports', signal),
  report: (id: string, signal?: AbortSignal) => getJson<Report>(`/api/reports/${id}`, signal),
  addReport: (report: NewReport) => sendJson<Report>('POST', '/api/reports', report),
  /** What is left out stays; with title and text a deleted report comes back. With `text_before` the error `report-changed` says that it was changed elsewhere. */
  changeReport: (id: string, report: Partial<NewReport> & { text_before?: string }) => sendJson<Report>('PUT', `/api/reports/${id}`, report),
  deleteReport: (id: string) => sendJson<Report>('DELETE', `/api/reports/${id}`, {}),
  activity: (zone: string, q: string, signal?: AbortSignal) => getJson<ActiveDay[]>(`/api/activity${queryString({ zone, q })}`, signal),
}

export function blobUrl(sha: string, name: string, mime: string | null): string {
  return `/api/blobs/${sha}${queryString({ name, mime })}`
}
