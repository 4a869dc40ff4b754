/** A recipe for merging runs, as `ridgeline merge` takes it. */

export interface Ingredient {
  readonly id: string
  readonly name: string
}

export interface MergeMethod {
  readonly name: string
  readonly title: string
  /** What it does, in a few words. */
  readonly note: string
  /** What the task vectors are measured from must be named. */
  readonly base: boolean
  /** Parameters to write out, so that the reader sees what there is to turn. */
  readonly parameters: Readonly<Record<string, number>>
  /** The most models it takes. */
  readonly most?: number
}

export const MERGE_METHODS: readonly MergeMethod[] = [
  { name: 'uniform', title: 'Uniform soup', note: 'the mean of the weights', base: false, parameters: {} },
  { name: 'linear', title: 'Weighted mean', note: 'a weight for each model', base: false, parameters: {} },
  { name: 'slerp', title: 'Slerp', note: 'along the arc between two models', base: false, parameters: { t: 0.5 }, most: 2 },
  { name: 'model_stock', title: 'Model stock', note: 'between the mean and the base, by their angles', base: true, parameters: {} },
  { name: 'task_arithmetic', title: 'Task arithmetic', note: 'the sum of what each has learned', base: true, parameters: { lambda: 0.4 } },
  { name: 'ties', title: 'TIES', note: 'the largest changes, where their signs agree', base: true, parameters: { density: 0.2, lambda: 1 } },
  { name: 'dare_ties', title: 'DARE TIES', note: 'a random part of the changes, rescaled, where their signs agree', base: true, parameters: { density: 0.5, lambda: 1 } },
  { name: 'breadcrumbs', title: 'Breadcrumbs', note: 'neither the largest nor the smallest changes', base: true, parameters: { density: 0.85, gamma: 0.01, lambda: 0.3 } },
]

/** Methods with a weight for each model. */
const WEIGHTED = new Set(['linear', 'task_arithmetic', 'ties', 'dare_ties', 'breadcrumbs'])

/** Why these runs cannot be merged so; null: they can. */
export function whyNoMerge(method: MergeMethod, models: readonly Ingredient[], base: string): string | null {
  if (models.length < 2) return 'A merge takes two runs or more.'
  if (method.most !== undefined && models.length > method.most) return `${method.title} takes ${method.most} models, and ${models.length} runs are selected.`
  if (method.base && !base.trim()) return `${method.title} needs the model that all of these come from: a folder, or run: and the id of a run.`
  return null
}

/** The recipe as YAML; a run's model is `run:` and its id. */
export function mergeRecipe(method: MergeMethod, models: readonly Ingredient[], base: string): string {
  const slerp = method.name === 'slerp'
  const weight = (method.name === 'linear' ? 1 / models.length : 1).toFixed(3).replace(/\.?0+$/, '')
  const from = slerp && models[0] ? `run:${models[0].id}` : base.trim()
  return [
    'models:',
    ...models.flatMap(({ id, name }) => [
      `  - model: ${scalar(`run:${id}`)}${comment(name)}`,
      ...(WEIGHTED.has(method.name) ? ['    parameters:', `      weight: ${weight}`] : []),
    ]),
    `merge_method: ${method.name}`,
    ...(from && (method.base || slerp) ? [`base_model: ${scalar(from)}`] : []),
    ...(Object.keys(method.parameters).length ? ['parameters:', ...Object.entries(method.parameters).map(([name, value]) => `  ${name}: ${value}`)] : []),
    '',
  ].join('\n')
}

/** Plain where YAML takes it for this very text; else quoted. */
const scalar = (text: string): string => (/^[A-Za-z0-9_./~][\w./@+~-]*(:[\w.-]+)?$/.test(text) ? text : JSON.stringify(text))

const comment = (name: string): string => (name ? `  # ${name.replace(/\s+/g, ' ')}` : '')
