"""Which entries of a task vector stay: those of large, or of medium, magnitude.

Entries whose magnitude equals a threshold all stay, so that the answer does not depend on how a sort breaks ties.
Checkpoints in bfloat16 have many: up to a tenth of what is kept.
"""

import numpy as np

from ridgeline.merge.methods.arrays import Floats, Mask


def largest(values: Floats, count: int) -> Mask:
    """Mark the `count` entries of largest magnitude and those that tie with the last of them; none for count 0."""
    if count <= 0:
        return np.zeros(values.shape, bool)
    if count >= values.size:
        return np.ones(values.shape, bool)
    size = np.abs(values)
    threshold = np.partition(size, size.size - count, axis=None)[size.size - count]
    kept: Mask = size >= threshold
    return kept


def of_density(values: Floats, density: float) -> Mask:
    """Mark the largest int(density·n) entries, at least one unless the density is 0."""
    if density <= 0:
        return np.zeros(values.shape, bool)
    return largest(values, max(1, int(density * values.size)))


def between(values: Floats, below: int, above: int) -> Mask:
    """Mark what is left without the `below` smallest and the `above` largest entries by magnitude.

    What ties with the smallest or the largest entry that is left stays too.
    """
    if below + above >= values.size:
        return np.zeros(values.shape, bool)
    size = np.abs(values)
    first, last = below, size.size - 1 - above
    ordered = np.partition(size, (first, last), axis=None)
    kept: Mask = (size >= ordered[first]) & (size <= ordered[last])
    return kept


def middle_counts(size: int, density: float, gamma: float) -> tuple[int, int]:
    """Return how many of the smallest and of the largest of `size` entries go, where int(density·size) stay.

    Where density and gamma ask for more than there is, fewer of the largest go.
    """
    if density >= 1:
        return 0, 0
    above = int(gamma * size)
    below = size - int(density * size) - above
    return max(below, 0), above + min(below, 0)


def l1_scale(values: Floats, mask: Mask) -> float:
    """Return the factor that gives the kept entries the sum of magnitudes of all; 1 where nothing is left."""
    whole = np.abs(values).sum(dtype=np.float64)
    left = np.abs(values[mask]).sum(dtype=np.float64)
    return float(whole / left) if left > 0 else 1.0
