/** What can be taken from a plot of runs and its table. */
export const TAKEN = [
  { value: 'picture', label: 'Picture', note: 'SVG, PDF, PNG' },
  { value: 'csv', label: 'Table of the selected runs', note: 'CSV' },
  { value: 'python', label: 'Copy as Python' },
  { value: 'link', label: 'Copy link' },
] as const
