import { describe, expect, it } from 'vitest'
import { isError, shownLines } from './console-lines'

describe('progress bars', () => {
  const texts = [
    'start',
    '  0%|          | 0/100 [00:00<?, ?it/s]',
    ' 50%|█████     | 50/100 [00:01<00:01, 49.9it/s]',
    '100%|██████████| 100/100 [00:02<00:00, 49.9it/s]',
    'epoch 1 done, 5% better',
    'train: 10%|█ | 1/10',
    'valid: 10%|█ | 1/10',
  ]
  it('fold to their last line, each bar for itself', () => {
    const { places, folded } = shownLines(texts, true)
    expect(places).toEqual([0, 3, 4, 5, 6])
    expect([...folded]).toEqual([[3, 2]])
  })
  it('stand as they were printed where they are not to be folded', () => {
    expect(shownLines(texts, false).places).toHaveLength(texts.length)
  })
  it('are folded across lines that are not wanted', () => {
    expect(shownLines(texts, true, (place) => place !== 2 && place !== 0).places).toEqual([3, 4, 5, 6])
  })
})

it('knows what errors look like', () => {
  expect(['Traceback (most recent call last):', 'ValueError: no', 'CUDA error: out', 'FATAL: no disk', 'java.RuntimeException'].every(isError)).toBe(true)
  expect(['loss 0.3', 'train error 0.31', 'terror of flynn', 'epoch 3'].some(isError)).toBe(false)
})
