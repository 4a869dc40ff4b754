/** Experiments: names that runs share. */
import { queryString } from './api'

/** The runs of an experiment, as an expression. */
export const inExperiment = (name: string): string => `run.experiment == ${JSON.stringify(name)}`

/** Its page. */
export const experimentUrl = (name: string): string => `/experiments${queryString({ name })}`
