import { describe, expect, it } from 'vitest'
import { predictionFacts } from './predictions'

describe('predictions', () => {
  it('are told by what their meta has', () => {
    expect(predictionFacts({ n_examples: 494, n_classes: 8, n_dims: 64, accuracy: 0.7126, mean_confidence: 0.5, holds: ['probabilities', 'mean_features'] })).toEqual([
      { name: 'size', value: '494 examples × 8 classes' },
      { name: 'features', value: '64 dims' },
      { name: 'accuracy', value: '.713' },
      { name: 'mean confidence', value: '.500' },
      { name: 'holds', value: 'probabilities, mean features' },
    ])
  })

  it('may have no examples, and a meta of another kind says nothing', () => {
    expect(predictionFacts({ n_examples: null, n_dims: 1, holds: ['mean_features'] })).toEqual([
      { name: 'features', value: '1 dim' },
      { name: 'holds', value: 'mean features' },
    ])
    expect(predictionFacts({ accuracy: 'high' })).toEqual([])
  })
})
