/** What can be seen of predictions without their arrays: their size, what they hold, and how often they are right. */
import { formatFixed, plural } from '../../core/format'
import type { ListedObject } from '../../core/wire'

export function predictionFacts(meta: ListedObject['meta']): { name: string; value: string }[] {
  const { n_examples: examples, n_classes: classes, n_dims: dims, accuracy, mean_confidence: confidence, holds } = meta
  const facts: { name: string; value: string }[] = []
  if (typeof examples === 'number') {
    facts.push({ name: 'size', value: `${plural(examples, 'example')}${typeof classes === 'number' ? ` × ${plural(classes, 'class', 'classes')}` : ''}` })
  }
  if (typeof dims === 'number') facts.push({ name: 'features', value: plural(dims, 'dim') })
  if (typeof accuracy === 'number') facts.push({ name: 'accuracy', value: formatFixed(accuracy, 3) })
  if (typeof confidence === 'number') facts.push({ name: 'mean confidence', value: formatFixed(confidence, 3) })
  if (Array.isArray(holds)) facts.push({ name: 'holds', value: holds.map((one) => String(one).replaceAll('_', ' ')).join(', ') })
  return facts
}
