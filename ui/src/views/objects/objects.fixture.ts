import type { ListedObject } from '../../core/wire'

export const item = (over: Partial<ListedObject> = {}): ListedObject => ({
  id: 'r/s/0', series: 0, row: 0, column: 0, step: 20, index: null, epoch: null, time: 1, mime: 'image/png', meta: {}, size_bytes: 1200, url: '/x', ...over,
})
