"""RankNet: of each two candidates the better one shall score higher (Burges et al. 2005)."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.select.lms.network import Array

LARGEST = 40.0
"""Scores farther than this from the middle of their task count as this far: e^±40 and their sums fit into float32."""


def wins(dev: Array) -> NDArray[np.float64]:
    """Count how many candidates each one beats; a tie counts a half, also that with itself.

    Args:
        dev: dev scores, [..., candidates]; NaN: not evaluated.

    Returns:
        The shape of `dev`; 0 where not evaluated.
    """
    a, b = dev[..., :, None], dev[..., None, :]
    total: NDArray[np.float64] = ((a > b) + 0.5 * (a == b)).sum(axis=-1)
    return total


def pair_weights(known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weigh the pairs of each task such that tasks with pairs count the same: [..., tasks] from [..., tasks, candidates].

    The loss is the mean over these tasks of the mean over their pairs, however many there are.
    """
    n = known.sum(axis=-1)
    pairs = n * (n - 1) / 2
    tasks = np.maximum((pairs > 0).sum(axis=-1, keepdims=True), 1)
    return np.where(pairs > 0, 1 / (np.maximum(pairs, 1) * tasks), 0.0)


def loss(scores: Array, dev: Array) -> NDArray[np.float64]:
    """Return the mean cross-entropy of all pairs: BCE(σ(sᵢ − sⱼ), y) with y = 1, ½ or 0 by the dev scores.

    Chen & Ritter 2021, section 3. The definition; `gradient` is its derivative in fewer operations.

    Args:
        scores: s, [..., tasks, candidates].
        dev: dev scores, the same shape; NaN: not evaluated, then in no pair.

    Returns:
        [...], nats; the mean over tasks of the mean over pairs.
    """
    a, b = dev[..., :, None], dev[..., None, :]
    y = (a > b) + 0.5 * (a == b)
    gap = (scores[..., :, None] - scores[..., None, :]).astype(np.float64)
    known = ~np.isnan(dev)
    paired = known[..., :, None] & known[..., None, :] & ~np.eye(dev.shape[-1], dtype=bool)
    entropy = np.where(paired, np.logaddexp(0, gap) - y * gap, 0.0).sum(axis=(-1, -2)) / 2
    total: NDArray[np.float64] = (entropy * pair_weights(known)).sum(axis=-1)
    return total


def gradient(scores: Array, won: Array, known: Array, weights: Array) -> Array:
    """Return the derivative of the loss by the scores: pairs each candidate is expected to win minus those it has won.

    σ(sᵢ − sⱼ) = eᵢ / (eᵢ + eⱼ) with e = exp s, so the sum over j needs one exponential a candidate and one division a
    pair, and of the dev scores the number of wins alone.

    Args:
        scores: [networks, tasks, candidates].
        won: of `wins`, the same shape.
        known: 1 where a dev score is known, else 0, the same shape.
        weights: of `pair_weights`, [networks, tasks].

    Returns:
        [networks, tasks, candidates]; 0 where no dev score is known.
    """
    low, high = scores.min(axis=-1, keepdims=True), scores.max(axis=-1, keepdims=True)
    e = np.exp(np.clip(scores - (low + high) / 2, -LARGEST, LARGEST))
    one = np.ones_like(e)
    # The sums eᵢ + eⱼ as a product of [n, 2] and [2, n]: half the time of adding rows and columns by broadcasting.
    inverse = np.stack([e, one], axis=-1) @ np.stack([one, e], axis=-2)
    np.reciprocal(inverse, out=inverse)
    expected = e * (inverse @ known[..., None])[..., 0]
    slope: Array = (expected - won) * known * weights[..., None]
    return slope
