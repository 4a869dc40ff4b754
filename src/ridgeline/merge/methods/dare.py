"""DARE: drop entries of task vectors at random, and scale the rest up."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, did_you_mean
from ridgeline.merge.kernels.families import Keep, task_vectors
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, Models, changes_of
from ridgeline.merge.methods.checks import PerModel, fraction, fractions, per_model
from ridgeline.merge.methods.combine import agreeing_sum, divisor, scaled_sum
from ridgeline.merge.methods.streaming import DENSITY, NORMALIZE, SCALE, WEIGHT, drawn, l1_scales
from ridgeline.merge.methods.trim import l1_scale

Rescale = Literal["paper", "l1", "none"]
RESCALES = ("paper", "l1", "none")


def dropped(change: Floats, kept: Mask, density: float, rescale: Rescale = "paper") -> Floats:
    """Return a task vector without what was drawn: Yu et al. 2023 (arXiv:2311.03099), section 3.2.

    Args:
        change: a task vector, [*shape].
        kept: what stays, [*shape]; each entry drawn with probability `density`.
        density: 1 - p, in [0, 1].
        rescale: `paper`, 1/(1 - p), so that the expectation is the task vector; `l1`, the sum of magnitudes stays
            (mergekit); `none`.

    Returns:
        [*shape].

    Raises:
        InputError: a parameter is outside its range.
    """
    fraction("density", density)
    if rescale == "paper":
        factor = 1.0 / density if density > 0 else 0.0
    elif rescale == "l1":
        factor = l1_scale(change, kept)
    elif rescale == "none":
        factor = 1.0
    else:
        raise InputError(
            f"No rescale {rescale!r} among {', '.join(RESCALES)}.{did_you_mean(rescale, RESCALES)}",
            "merge-parameter",
        )
    return change * kept * change.dtype.type(factor)


def dare_linear(
    models: Models,
    base: Floats,
    kept: Sequence[Mask],
    weight: PerModel = 1.0,
    density: PerModel = 1.0,
    *,
    scale: float = 1.0,
    rescale: Rescale = "paper",
    normalize: bool = False,
) -> Floats:
    """Add task vectors after dropping entries: DARE with task arithmetic.

    Departs: mergekit rescales by the magnitudes of that draw (`l1`), not by 1/(1 - p).

    Args:
        models: one tensor a model, [*shape] each.
        base: [*shape].
        kept: what stays of each model, [*shape] each.
        weight: one a model, or one for all.
        density: the probability that an entry stays, in [0, 1].
        scale: λ.
        rescale: see `dropped`.
        normalize: divide by the sum of the weights.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a parameter is outside its range.
    """
    start, changes = _dropped_all(models, base, kept, density, rescale)
    merged: Floats = start + scaled_sum(
        changes, per_model("weight", weight, len(changes)), scale, normalize=normalize
    )
    return merged


def dare_ties(
    models: Models,
    base: Floats,
    kept: Sequence[Mask],
    weight: PerModel = 1.0,
    density: PerModel = 1.0,
    *,
    scale: float = 1.0,
    rescale: Rescale = "paper",
    normalize: bool = False,
) -> Floats:
    """Drop entries of task vectors, then elect signs and add what agrees, as mergekit's `dare_ties` does.

    Nothing is trimmed by magnitude after the draw. Arguments, result and errors are those of `dare_linear`.
    """
    start, changes = _dropped_all(models, base, kept, density, rescale)
    weights = per_model("weight", weight, len(changes))
    merged: Floats = start + agreeing_sum(changes, weights, scale, normalize=normalize)
    return merged


def _dropped_all(
    models: Models, base: Floats, kept: Sequence[Mask], density: PerModel, rescale: Rescale
) -> tuple[Floats, Floats]:
    start, changes = changes_of(models, base)
    densities = fractions("density", density, len(changes))
    parts = [
        dropped(change, mask, float(share), rescale)
        for change, mask, share in zip(changes, kept, densities, strict=True)
    ]
    return start, np.stack(parts)


def _steps(target: Target, *, elect: bool) -> Steps:
    chances, weights = target.numbers("density"), target.numbers("weight")
    scales: NDArray[np.float64] = np.ones(target.models)
    norm = target.text("rescale_norm") if target.flag("rescale") else "none"
    if norm == "paper":
        scales = np.where(chances > 0, 1 / np.where(chances > 0, chances, 1), 0)
    elif norm == "l1":
        scales = yield from l1_scales(target, lambda chunk: drawn(target, chunk, chances[:, None]))
    normalize = target.flag("normalize")
    return task_vectors(
        target,
        weights,
        keep=Keep(probability=chances, scale=scales),
        combine=("mean" if normalize else "total") if elect else "sum",
        scale=target.number("lambda"),
        divisor=1.0 if elect else divisor(weights, normalize=normalize),
    )


_PAPER = "Yu et al., Language models are super Mario, ICML 2024, https://arxiv.org/abs/2311.03099"
_PARAMETERS = (
    WEIGHT,
    DENSITY,
    SCALE,
    NORMALIZE,
    Parameter("rescale", True, about="scale what stays"),
    Parameter(
        "rescale_norm", "paper", choices=("paper", "l1"), about="by 1/density, or to the sum of magnitudes"
    ),
)
DARE_LINEAR = Method(
    "dare_linear",
    "DARE with task arithmetic",
    _PAPER,
    lambda target: _steps(target, elect=False),
    _PARAMETERS,
    base="required",
)
DARE_TIES = Method(
    "dare_ties",
    "DARE with the sign election of TIES",
    _PAPER,
    lambda target: _steps(target, elect=True),
    (*_PARAMETERS, Parameter("int8_mask", False, about="mergekit's way to save memory; nothing here")),
    base="required",
)
