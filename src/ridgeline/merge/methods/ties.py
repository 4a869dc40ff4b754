"""TIES: trim task vectors, elect a sign for each entry, merge what agrees; trimmed tensor by tensor."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels.families import Keep, task_vectors
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, changes_of
from ridgeline.merge.methods.checks import PerModel, fractions, per_model
from ridgeline.merge.methods.combine import agreeing_sum
from ridgeline.merge.methods.streaming import (
    DENSITY,
    NORMALIZED,
    SCALE,
    WEIGHT,
    differences,
    in_range,
    l1_scales,
    ranges,
)
from ridgeline.merge.methods.trim import l1_scale, of_density


def ties(
    models: Models,
    base: Floats,
    weight: PerModel = 1.0,
    density: PerModel = 1.0,
    *,
    scale: float = 1.0,
    normalize: bool = True,
    rescale: bool = False,
) -> Floats:
    """Merge one tensor as mergekit's `ties` does: Yadav et al. 2023 (arXiv:2306.01708), section 3, per tensor.

    Departs: the paper trims one vector of all tensors (`ties_paper`), and an entry without a majority takes the sign
    of all entries' majority there, + here. Unlike mergekit, entries that tie at the threshold all stay.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        weight: one a model, or one for all.
        density: the share of entries of a task vector that stay, in [0, 1]; at least one entry unless 0.
        scale: λ, what the merged task vector is multiplied by.
        normalize: divide each entry by the weights of those that agree.
        rescale: multiply what stays so that its sum of magnitudes is that of the whole task vector.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is outside its range.
    """
    start, changes = changes_of(models, base)
    densities = fractions("density", density, len(changes))
    trimmed = np.stack(
        [_trimmed(change, share, rescale=rescale) for change, share in zip(changes, densities, strict=True)]
    )
    weights = per_model("weight", weight, len(changes))
    merged: Floats = start + agreeing_sum(trimmed, weights, scale, normalize=normalize)
    return merged


def _trimmed(change: Floats, density: float, *, rescale: bool) -> Floats:
    mask = of_density(change, density)
    factor = l1_scale(change, mask) if rescale else 1.0
    return change * mask * change.dtype.type(factor)


def _last_ranks(densities: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Return the rank of the smallest entry that stays, [models]; 0: none does."""
    counts = np.maximum((densities * size).astype(np.int64), 1)
    return np.where(densities > 0, counts, 0)


def _steps(target: Target) -> Steps:
    last = _last_ranks(target.numbers("density"), target.size)
    kept = yield from ranges(target, np.stack([np.ones_like(last), last], axis=1))
    scales: NDArray[np.float64] | float = 1.0
    if target.flag("rescale"):
        scales = yield from l1_scales(target, lambda chunk: in_range(differences(chunk), kept))
    return task_vectors(
        target,
        target.numbers("weight"),
        keep=Keep(*kept, scale=scales),
        combine="mean" if target.flag("normalize") else "total",
        scale=target.number("lambda"),
    )


TIES = Method(
    "ties",
    "TIES, trimmed tensor by tensor",
    "Yadav et al., TIES-Merging: resolving interference when merging models, NeurIPS 2023, https://arxiv.org/abs/2306.01708",
    _steps,
    (
        WEIGHT,
        DENSITY,
        SCALE,
        NORMALIZED,
        Parameter("rescale", False, about="give what stays the sum of magnitudes of the whole"),
        Parameter("int8_mask", False, about="mergekit's way to save memory; nothing here"),
    ),
    base="required",
)
