/** The captured surroundings of a run, by what they are about. */
import { formatParam } from '../../core/format'
import type { Json } from '../../core/wire'

export type Tree = { [key: string]: Json }

export function tree(value: Json | undefined): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/** `3.11.7 (CPython)` */
export function pythonText(env: Tree): string {
  const python = tree(env.python)
  return python.version ? `${formatParam(python.version)}${python.implementation ? ` (${formatParam(python.implementation)})` : ''}` : ''
}

/** `vm, 2 processors, 1 GPU` */
export function machineText(env: Tree): string {
  const host = tree(env.host)
  const gpus = Array.isArray(env.gpus) ? env.gpus.length : 0
  const name = typeof env.host === 'string' ? env.host : formatParam(host.name)
  return [name, host.cpus && `${formatParam(host.cpus)} processors`, gpus && `${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`].filter(Boolean).join(', ')
}
