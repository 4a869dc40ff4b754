export interface PickerItem {
  id: string
  label: string
  /** Grey, at the right: number of runs, contexts. */
  note?: string
}

export interface PickerGroup {
  title: string
  items: readonly PickerItem[]
}
