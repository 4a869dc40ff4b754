"""Make one task vector of several: add them, or add those that agree in sign."""

import numpy as np

from ridgeline.merge.methods.arrays import Floats, along_models, divided
from ridgeline.merge.methods.checks import finite

LEAST_TOTAL = 1e-8  # mergekit leaves alone what would be divided by less


def scaled_sum(changes: Floats, weights: Floats, scale: float, *, normalize: bool) -> Floats:
    """Return λ·Σ wᵢ·changeᵢ, divided by Σ wᵢ if asked and unless that is 0.

    Args:
        changes: task vectors, [models, *shape].
        weights: [models].
        scale: λ.
        normalize: divide by the sum of the weights.

    Returns:
        [*shape].
    """
    total: Floats = (changes * along_models(weights, changes)).sum(axis=0)
    total = total / total.dtype.type(divisor(weights, normalize=normalize))
    return total * total.dtype.type(finite("lambda", scale))


def divisor(weights: Floats, *, normalize: bool) -> float:
    """Return the sum of the weights if it is asked for and not 0, else 1."""
    total = float(weights.sum())
    return total if normalize and abs(total) >= LEAST_TOTAL else 1.0


def agreeing_sum(changes: Floats, weights: Floats, scale: float, *, normalize: bool) -> Floats:
    """Merge task vectors as mergekit's sign consensus does.

    The sign of an entry is that of its weighted sum, + where that is 0; only entries of this sign count.

    Args:
        changes: task vectors, [models, *shape].
        weights: [models].
        scale: λ.
        normalize: divide each entry by the weights of those that agree.

    Returns:
        [*shape].
    """
    each = along_models(weights, changes)
    weighted = changes * each
    agree = np.where(weighted.sum(axis=0) >= 0, weighted > 0, weighted < 0)
    total: Floats = (weighted * agree).sum(axis=0)
    if normalize:
        total = divided(total, (each * agree).sum(axis=0))
    return total * total.dtype.type(finite("lambda", scale))
