/** Which page an address shows. Each is a file of its own, fetched when first shown. */
import type { Component } from 'svelte'

export interface Page {
  /** Of the browser's tab; empty where the page sets its own. */
  readonly title: string
  readonly load: () => Promise<{ default: Component }>
}

const PAGES: Readonly<Record<string, Page>> = {
  '/': { title: 'Home', load: () => import('../views/HomePage.svelte') },
  '/metrics': { title: 'Metrics', load: () => import('../views/MetricsPage.svelte') },
  '/params': { title: 'Params', load: () => import('../views/ParamsPage.svelte') },
  '/scatter': { title: 'Scatter', load: () => import('../views/ScatterPage.svelte') },
  '/runs': { title: 'Runs', load: () => import('../views/RunsPage.svelte') },
  '/select': { title: 'Select', load: () => import('../views/SelectPage.svelte') },
  '/compare': { title: 'Compare', load: () => import('../views/ComparePage.svelte') },
  '/experiments': { title: 'Experiments', load: () => import('../views/ExperimentsPage.svelte') },
  '/bookmarks': { title: 'Saved views', load: () => import('../views/BookmarksPage.svelte') },
  '/tags': { title: 'Tags', load: () => import('../views/TagsPage.svelte') },
  '/reports': { title: 'Reports', load: () => import('../views/ReportsPage.svelte') },
  '/objects': { title: 'Objects', load: () => import('../views/ObjectsPage.svelte') },
}

/** Pages of one thing, which its id in the address tells: `/run/8f3a`. The characters of ids need no decoding. */
const PAGES_OF: readonly { readonly path: RegExp; readonly load: () => Promise<{ default: Component<{ id: string }> }> }[] = [
  { path: /^\/reports\/([\w.-]+)$/, load: () => import('../views/ReportPage.svelte') },
  { path: /^\/run\/([\w.-]+)$/, load: () => import('../views/RunPage.svelte') },
]

const NOT_FOUND: Page = { title: 'Not found', load: () => import('../views/NotFoundPage.svelte') }

/** The page of a path, and the props that it takes. */
export function pageOf(path: string): { readonly page: Page; readonly props: { id?: string } } {
  const page = PAGES[path]
  if (page) return { page, props: {} }
  for (const { path: pattern, load } of PAGES_OF) {
    const id = pattern.exec(path)?.[1]
    if (id !== undefined) return { page: { title: '', load: load as Page['load'] }, props: { id } }
  }
  return { page: NOT_FOUND, props: {} }
}

/** The id of the run in an address of MLflow's own pages, `#/experiments/1/runs/8f3a`. */
export function runOfMlflow(hash: string): string | undefined {
  return /^#\/experiments\/\d+\/runs\/([\w.-]+)$/.exec(hash)?.[1]
}
