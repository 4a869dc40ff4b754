"""Average each entry by how much each model cares about it."""

from dataclasses import replace

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Chunk, Kernel, Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, along_models, stacked
from ridgeline.merge.methods.checks import PerModel, per_model
from ridgeline.merge.methods.streaming import WEIGHT


def fisher(models: Models, fishers: Models, weight: PerModel = 1.0, *, floor: float = 1e-10) -> Floats:
    """Return Σ wᵢ·Fᵢ·modelᵢ / Σ wᵢ·Fᵢ: Matena & Raffel 2022 (arXiv:2111.09832), equation 4.

    Args:
        models: one tensor a model, [*shape] each.
        fishers: the diagonal of each model's Fisher information, [*shape] each: the mean of squared gradients of the
            log likelihood; not negative.
        weight: one a model, or one for all, in [0, ∞).
        floor: where Σ wᵢ·Fᵢ is below it, no model cares, and the weighted mean is taken.

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ, or a Fisher value or a weight is negative.
    """
    values, cares = stacked(models), stacked(fishers)
    weights = per_model("weight", weight, len(values))
    if values.shape != cares.shape:
        raise InputError(
            f"The models have shape {values.shape}, their Fisher information {cares.shape}. Give one of the same shape"
            " for each model.",
            "merge-shapes-differ",
        )
    if (cares < 0).any() or (weights < 0).any():
        raise InputError(
            "Fisher information and weights must be in [0, ∞); one is negative.", "merge-parameter"
        )
    share = cares * along_models(weights, values)
    total = share.sum(axis=0)
    known = total >= floor
    merged = (share * values).sum(axis=0) / np.where(known, total, 1)
    plain = (values * along_models(weights / max(weights.sum(), 1e-30), values)).sum(axis=0)
    mean: Floats = np.where(known, merged, plain).astype(values.dtype)
    return mean


def _steps(target: Target) -> Steps:
    yield from ()
    count, floor = target.models // 2, target.number("floor")
    if target.models % 2:
        raise InputError(
            f"fisher merges models and, after them, the Fisher information of each, as checkpoints of the same tensors:"
            f" an even number. {target.models} are given.",
            "merge-model-count",
        )
    weights = target.numbers("weight")[:count].tolist()

    def run(chunk: Chunk) -> Floats:
        return fisher(chunk.models[:count], chunk.models[count:], weights, floor=floor)

    return Kernel(run)


FISHER = Method(
    "fisher",
    "Fisher-weighted mean; the second half of the models is the Fisher information of the first",
    "Matena & Raffel, Merging models with Fisher-weighted averaging, NeurIPS 2022, https://arxiv.org/abs/2111.09832",
    _steps,
    (
        replace(WEIGHT, low=0.0),
        Parameter(
            "floor", 1e-10, low=0.0, about="below this sum of Fisher information the plain mean is taken"
        ),
    ),
    base="none",
    models=(2, None),
)
