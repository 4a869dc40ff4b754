/** What the server's JSON answers look like; wire.test.ts holds it to the golden ones. Times are seconds since the epoch, UTC. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Context = Record<string, Json>
export type RunStatus = 'running' | 'finished' | 'failed' | 'stopped' | 'lost'
export type Goal = 'max' | 'min'
/** What of a series: a value, how many points, or the step of a value. */
export type Reducer =
  | 'last'
  | 'best'
  | 'min'
  | 'max'
  | 'first'
  | 'mean'
  | 'n'
  | 'argbest'
  | 'argmin'
  | 'argmax'
  | 'last_step'
  | AtStep

/** The value at a step, or at the last one before it. */
export type AtStep = `at(${number})`

/** How far an index is that is being built: answers are about the runs that are indexed. */
export interface Indexing {
  indexed: number
  total: number
}

export interface Project {
  name: string
  root: string
  version: string
  /** Without archived ones. */
  runs: number
  archived: number
  running: number
  generation: number
  indexing?: Indexing | null
  expression_roots: string[]
  /** Other repositories that the same command serves. */
  neighbours: { name: string; url: string }[]
}

export interface NamedCount {
  name: string
  runs: number
}

export interface ParamPicker {
  /** As people write it; the expression quotes what is no name of Python: `run["batch-size"]`. */
  path: string
  expression: string
  runs: number
  kinds: string[]
  distinct: number
  values: Json[]
}

export interface MetricPicker {
  name: string
  kind: string
  runs: number
  contexts: { context: Context; runs: number }[]
  goal: Goal
}

export interface Pickers {
  experiments: NamedCount[]
  tags: NamedCount[]
  params: ParamPicker[]
  metrics: MetricPicker[]
}

export interface RunMetric {
  name: string
  context: Context
  kind: string
  n: number
  n_nan: number
  n_inf: number
  first: number | null
  last: number | null
  min: number | null
  max: number | null
  mean: number | null
  best: number | null
  step_last: number
  step_min: number | null
  step_max: number | null
  step_best: number | null
  time_last: number | null
  goal: Goal
}

export interface Warning {
  slug: string
  message: string
  count: number
  time: number | null
}

/** A file: kept as the blob `sha`, or elsewhere at `uri`. */
export interface Artifact {
  name: string
  size_bytes: number | null
  mime: string | null
  sha: string | null
  uri: string | null
  time: number | null
}

/** Texts, images, … of one name and context. */
export interface ObjectSeries {
  name: string
  context: Context
  kind: string
  n: number
}

/** A piece of a run's log. */
export interface Segment {
  id: string
  size_bytes: number
  gaps: number
  live: boolean
}

export interface RunDetails {
  id: string
  name: string
  experiment: string
  status: RunStatus
  created: number | null
  ended: number | null
  duration: number | null
  tags: string[]
  note: string
  archived: boolean
  params: { [key: string]: Json }
  env: { [key: string]: Json }
  warnings: Warning[]
  artifacts: Artifact[]
  metrics: RunMetric[]
  objects: ObjectSeries[]
  segments: Segment[]
  error: string | null
}

/** A param in which the runs of the experiment differ, its most frequent values first. */
export interface SiblingParam {
  path: string
  /** Runs that have the run's own value, it among them, and runs that have none. */
  same: number
  missing: number
  distinct: number
  common: { value: Json; runs: number }[]
}

/** The runs of the same experiment, by creation. */
export interface Siblings {
  n: number
  place: number
  previous: { id: string; name: string } | null
  next: { id: string; name: string } | null
  params: SiblingParam[]
  ranks: { name: string; context: Context; best: number | null; last: number | null; rank: number; of: number }[]
}

export interface ConsoleLine {
  n: number
  time: number | null
  stream: 'stdout' | 'stderr'
  text: string
}

export interface ConsolePage {
  lines: ConsoleLine[]
  next: number
}

export interface ListedRun {
  id: string
  name: string
  experiment: string
  status: RunStatus
  created: number | null
}

/** The objects of one name and context of one run. `run` counts in `ObjectListing.runs`. */
export interface ListedSeries {
  run: number
  name: string
  context: Context
  n: number
  step_first: number
  step_last: number
  fields: Json[]
}

export interface ListedObject {
  id: string
  series: number
  row: number
  column: number
  step: number
  index: number | null
  epoch: number | null
  time: number | null
  mime: string
  meta: { [key: string]: Json }
  size_bytes: number
  url: string
  /** Of short texts and distributions, where they were asked for. */
  content?: string | null
}

export interface ListedGroup {
  label: string
  key: { [key: string]: Json }
}

/** One page of /api/objects. */
export interface ObjectListing {
  kind: string
  total: number
  matched: number
  offset: number
  steps: number[]
  last_index: number
  runs: ListedRun[]
  series: ListedSeries[]
  rows: ListedGroup[]
  columns: ListedGroup[]
  objects: ListedObject[]
  warnings: QueryWarning[]
  generation: number
  ms: number
}

export interface RunEdit {
  ids: string[]
  name?: string
  note?: string
  /** The note is changed only where it still reads so. */
  note_before?: string
  archived?: boolean
  deleted?: boolean
  experiment?: string
  add_tags?: string[]
  remove_tags?: string[]
}

export interface SavedView {
  id: string
  name: string
  page: string
  url: string
  created: number
}

/** A page of Markdown. */
export interface Report {
  id: string
  title: string
  text: string
  /** Seconds since 1970. */
  edited: number
}

/** A day, as `2026-03-14`, and how many runs were started on it. */
export interface ActiveDay {
  day: string
  runs: number
}

export interface LiveChange {
  generation: number
  runs: number
  running: number
  /** Null, or left out by an older server, when all is there. */
  indexing?: Indexing | null
}

/** What is odd about a query that can be answered all the same: a param that no run has, say. */
export interface QueryWarning {
  slug: string
  message: string
  /** The characters of the query that it is about. */
  start?: number
  end?: number
}

/** Schema metadata of /api/runs.arrow. */
export interface RunsMeta {
  total: number
  matched: number
  generation: number
  ms: number
  /** `goal` is there where the column is a value of a metric. */
  columns: {
    name: string
    kind: 'param' | 'metric' | 'prop'
    type: 'number' | 'string' | 'bool' | 'mixed'
    varying: boolean
    goal?: Goal | null
  }[]
  warnings?: QueryWarning[]
}

export interface LineGroup {
  label: string
  key: { [key: string]: Json }
  value?: number | null
}

/** Schema metadata of /api/lines.arrow. */
export interface LinesMeta {
  charts: LineGroup[]
  colors: LineGroup[]
  strokes: LineGroup[]
  color_scale: 'categorical' | 'sequential'
  color_log: boolean
  color_key: string | null
  /** `missing` is the number of runs without a point that has a place on it. */
  x: { kind: string; label: string; missing: number }
  lines: number
  series: number
  runs: number
  points_total: number
  points_sent: number
  /** Points that have no place on this x. */
  unplaced: number
  exact: boolean
  ms: number
  generation: number
  warnings?: QueryWarning[]
}

export interface TargetOutcome {
  score: number
  oracle: number
  regret: number
  /** Ends of the interval that holds the regret in 95 % of resampled sweeps. */
  low: number
  high: number
  rank: number
  kendall: number | null
  spearman: number | null
  wins: number
}

/** What a rule says of each candidate, and the places of those that tie for its best score. */
export interface RulePick {
  name: string
  title: string
  paper: string
  scores: (number | null)[]
  chosen: number[]
  outcome: TargetOutcome | null
  behind: [number, number] | null
  /** What the rule has to say, such as why it abstains; may be blank. */
  note: string
}

/** Rules judged on pivots that play the target, by dev scores alone. */
export interface RuleRehearsal {
  rules: string[]
  tasks: string[]
  mean_regrets: number[]
  average_ranks: number[] | null
  critical_difference: number | null
  groups: number[][]
  friedman: number | null
  p_value: number | null
}

/** What a run was made from and what was made from it; edges are pairs of parent and child among the members. */
export interface LineageGraph {
  members: { id: string; name: string; /** Null for what is no run here. */ status: RunStatus | null; depth: number }[]
  edges: [number, number][]
  left_out: number
}

export interface Choice {
  metric: string
  goal: Goal
  tasks: string[]
  targets: string[]
  task: string
  source: string | null
  pivots: string[]
  dev_columns: string[]
  test_column: string
  ids: string[]
  names: string[]
  /** Of checkpoints, whose ids and names end in `@step`; null where candidates are runs. */
  steps: number[] | null
  rules: RulePick[]
  refused: { name: string; slug: string; message: string }[]
  /** All rules that can be asked for; scorers look at predictions alone. */
  offered: { name: string; title: string; scorer: boolean }[]
  rehearsal: RuleRehearsal | null
  /** Mean regret of each rule over all pools of so many candidates. */
  pools: { sizes: number[]; regrets: number[][] } | null
  /** Null while the test scores are hidden. */
  test: (number | null)[] | null
  /** What the intervals come from. */
  resampled: 'candidates' | 'examples' | 'both' | null
  /** What there is to know of the scores. */
  notes: string[]
  ms: number
}
