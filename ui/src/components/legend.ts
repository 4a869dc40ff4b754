export interface LegendItem {
  key: string
  label: string
  color: string
  /** Index into core/palettes DASHES. */
  dash: number
  /** Grey, at the right: how many runs. */
  note: string
  hidden: boolean
}
