/** What the Objects page keeps in its address. */
import { flag, list, number, oneOf, optional, selectors, text, type StateOf } from '../../core/codec'

export const KINDS = ['image', 'text', 'audio', 'figure', 'distribution', 'table', 'predictions'] as const
export type Kind = (typeof KINDS)[number]

export const KIND_NAMES: Record<Kind, string> = {
  image: 'Images',
  text: 'Text',
  audio: 'Audio',
  figure: 'Figures',
  distribution: 'Distributions',
  table: 'Tables',
  predictions: 'Predictions',
}

/** As they are counted. */
export const KIND_NOUNS: Record<Kind, string> = {
  image: 'images',
  text: 'texts',
  audio: 'sounds',
  figure: 'figures',
  distribution: 'distributions',
  table: 'tables',
  predictions: 'predictions',
}

export const OBJECTS = {
  kind: oneOf([...KINDS, 'auto'], 'auto'),
  q: text(),
  /** Names with keys of the context; none stands for all. */
  m: selectors(),
  /** Keys of rows and columns: `run.hparams.lr`, `metric.context.lang`, `step`; a leading `-` turns the order. */
  row: list(),
  col: list(),
  sort: list(),
  /** One step of each series, or a range of them. */
  by: oneOf(['step', 'range'], 'step'),
  /** The step of the slider; none is the newest of each series. */
  at: optional(),
  smin: optional(),
  smax: optional(),
  /** Steps and indices a series shows at most; 0 is all. */
  sn: number(20),
  imin: optional(),
  imax: optional(),
  in: number(0),
  /** Pixels; 0 is what suits the kind. */
  size: number(0),
  fit: oneOf(['height', 'width', 'original'], 'height'),
  /** Pixelated instead of smooth. */
  px: flag(),
  cap: list(['run.name', 'series', 'step', 'caption']),
  find: text(),
  as: oneOf(['plain', 'markdown', 'code'], 'plain'),
  /** Distributions over steps, or those of all runs above each other. */
  dist: oneOf(['heat', 'ridge'], 'heat'),
  /** Ids of the object shown large, and of the one beside it. */
  open: text(),
  with: text(),
  cmp: oneOf(['side', 'swipe', 'difference'], 'side'),
}

export type ObjectsState = StateOf<typeof OBJECTS>
