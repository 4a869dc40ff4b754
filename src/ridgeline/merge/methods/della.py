"""DELLA: drop entries of task vectors at random, small ones more often."""

from collections.abc import Sequence

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Chunk, Kernel, Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, Models, changes_of
from ridgeline.merge.methods.checks import PerModel, fractions, per_model
from ridgeline.merge.methods.combine import agreeing_sum, scaled_sum
from ridgeline.merge.methods.dare import Rescale
from ridgeline.merge.methods.streaming import (
    DENSITY,
    NORMALIZE,
    NORMALIZED,
    SCALE,
    WEIGHT,
    differences,
    drawn,
    l1_scales,
    moved,
)
from ridgeline.merge.methods.trim import l1_scale


def keep_probabilities(change: Floats, density: float, epsilon: float) -> Floats:
    """Return the probability that each entry stays, by its rank in its row: Deep et al. 2024 (arXiv:2406.11617), section 3.1.

    The smallest of a row stays with density - ε, the largest with density + ε, and linearly between by rank; entries
    of equal magnitude share the mean of their ranks, so that the draw does not depend on how a sort breaks ties.

    Args:
        change: a task vector, [rows, columns] or [columns]; more axes count as rows of the last.
        density: in [0, 1].
        epsilon: ε; density ± ε must be in (0, 1).

    Returns:
        [*shape].

    Raises:
        InputError: density ± ε leaves (0, 1).
    """
    if density in {0.0, 1.0}:
        return np.full(change.shape, density, change.dtype)
    _check_chances(density, epsilon)
    rows = np.abs(change).reshape(-1, change.shape[-1]) if change.ndim else np.abs(change).reshape(1, 1)
    place = np.stack([_mean_ranks(row) for row in rows]) / max(rows.shape[1] - 1, 1)
    chances: Floats = density - epsilon + place.reshape(change.shape) * 2 * epsilon
    return chances.astype(change.dtype)


def _check_chances(density: float, epsilon: float) -> None:
    if density in {0.0, 1.0}:
        return
    if epsilon < 0 or density - epsilon <= 0 or density + epsilon >= 1:
        raise InputError(
            f"epsilon is {epsilon:g} at density {density:g}. It must be in [0, {min(density, 1 - density):g}), so that"
            " density - epsilon and density + epsilon are in (0, 1).",
            "merge-parameter",
        )


def della(
    models: Models,
    base: Floats,
    kept: Sequence[Mask],
    weight: PerModel = 1.0,
    density: PerModel = 1.0,
    *,
    scale: float = 1.0,
    normalize: bool = True,
) -> Floats:
    """Drop, elect signs, merge what agrees, as mergekit's `della` does.

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        kept: what stays of each model, drawn with `keep_probabilities`, [*shape] each.
        weight: one a model, or one for all.
        density: the mean probability that an entry stays, in [0, 1].
        scale: λ.
        normalize: divide each entry by the weights of those that agree.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is outside its range.
    """
    start, changes = changes_of(models, base)
    fractions("density", density, len(changes))
    weights = per_model("weight", weight, len(changes))
    merged: Floats = start + agreeing_sum(rescaled(changes, kept), weights, scale, normalize=normalize)
    return merged


def della_linear(
    models: Models,
    base: Floats,
    kept: Sequence[Mask],
    weight: PerModel = 1.0,
    density: PerModel = 1.0,
    *,
    scale: float = 1.0,
    normalize: bool = False,
) -> Floats:
    """Drop and add, without an election of signs; arguments, result and errors are those of `della`."""
    start, changes = changes_of(models, base)
    fractions("density", density, len(changes))
    weights = per_model("weight", weight, len(changes))
    merged: Floats = start + scaled_sum(rescaled(changes, kept), weights, scale, normalize=normalize)
    return merged


def rescaled(changes: Floats, kept: Sequence[Mask], rescale: Rescale = "l1") -> Floats:
    """Return what stays of task vectors, with the sums of magnitudes of the whole, [models, *shape]."""
    parts = [
        change * mask * change.dtype.type(l1_scale(change, mask) if rescale == "l1" else 1.0)
        for change, mask in zip(changes, kept, strict=True)
    ]
    return np.stack(parts)


def _mean_ranks(row: Floats) -> Floats:
    _, level, counts = np.unique(row, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts + 1) / 2)[level]
    return ranks


def _steps(target: Target, *, elect: bool) -> Steps:
    densities, weights = target.numbers("density"), target.numbers("weight")
    epsilons = target.numbers("epsilon")
    for density, epsilon in zip(densities, epsilons, strict=True):
        _check_chances(float(density), float(epsilon))

    def kept(chunk: Chunk) -> Mask:
        changes = differences(chunk).reshape(target.models, -1, chunk.columns)
        parts = zip(changes, densities, epsilons, strict=True)
        chances = [keep_probabilities(one, float(density), float(eps)).ravel() for one, density, eps in parts]
        return drawn(target, chunk, np.stack(chances))

    scales = np.ones(target.models)
    if target.flag("rescale"):
        scales = yield from l1_scales(target, kept, "row")
    scale, normalize = target.number("lambda"), target.flag("normalize")
    combine = agreeing_sum if elect else scaled_sum

    def run(chunk: Chunk) -> Floats:
        changes = differences(chunk)
        changes = changes * kept(chunk) * scales[:, None].astype(changes.dtype)
        return moved(chunk, combine(changes, weights, scale, normalize=normalize))

    return Kernel(run, unit="row")


_PAPER = "Deep et al., DELLA-Merging, 2024, https://arxiv.org/abs/2406.11617"
_PARAMETERS = (
    WEIGHT,
    DENSITY,
    Parameter(
        "epsilon", 0.15, per_model=True, low=0.0, high=0.5, about="how far chances go from the density"
    ),
    SCALE,
    Parameter("rescale", True, about="give what stays the sum of magnitudes of the whole"),
)
DELLA = Method(
    "della",
    "DELLA: drop small entries more often, elect signs",
    _PAPER,
    lambda target: _steps(target, elect=True),
    (
        *_PARAMETERS,
        NORMALIZED,
        Parameter("int8_mask", False, about="mergekit's way to save memory; nothing here"),
    ),
    base="required",
)
DELLA_LINEAR = Method(
    "della_linear",
    "DELLA without an election",
    _PAPER,
    lambda target: _steps(target, elect=False),
    (*_PARAMETERS, NORMALIZE),
    base="required",
)
