"""Average several models on a sphere exactly: the point with the least sum of squared angles to them."""

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, stacked
from ridgeline.merge.methods.checks import PerModel, shares
from ridgeline.merge.methods.streaming import WEIGHT
from ridgeline.merge.passes.products import products


def karcher(models: Models, weight: PerModel = 1.0, *, max_iter: int = 10, tol: float = 1e-5) -> Floats:
    """Return the Karcher mean of directions times the mean of lengths: Karcher 1977, as mergekit's `karcher` does.

    Args:
        models: one tensor a model, [*shape] each.
        weight: one a model, or one for all (mergekit's are equal).
        max_iter: steps at most, from 1.
        tol: stop at a step shorter than this, in radians.

    Returns:
        [*shape]; tensors of length 0 count for the length alone.

    Raises:
        InputError: shapes differ, or max_iter is below 1.
    """
    if max_iter < 1:
        raise InputError(f"max_iter is {max_iter}, and must be in [1, ∞).", "merge-parameter")
    values = stacked(models)
    flat = values.reshape(len(values), -1).astype(np.float64)
    weights = shares("weight", weight, len(values))
    merged = karcher_coefficients(flat @ flat.T, weights, max_iter, tol) @ flat
    return merged.reshape(values.shape[1:]).astype(values.dtype)


def karcher_coefficients(gram: Floats, weights: Floats, max_iter: int = 10, tol: float = 1e-5) -> Floats:
    """Return what the vectors are multiplied by, [models], from their inner products, [models, models].

    Each step of the iteration is a sum of the vectors, so it runs on their coefficients.
    """
    lengths = np.sqrt(np.maximum(np.diag(gram), 0.0))
    present = lengths > 1e-12
    if not present.any():
        return np.zeros(len(weights))
    unit = np.where(present, 1.0 / np.where(present, lengths, 1.0), 0.0)
    cosines = gram * np.outer(unit, unit)
    share = np.where(present, weights, 0.0)
    share = share / share.sum()
    mean = _normalized(share, cosines)
    if not mean.any():
        mean = np.eye(len(weights))[int(np.argmax(present))]
    for _ in range(max_iter):
        along = np.clip(cosines @ mean, -1.0, 1.0)
        angles = np.arccos(along)
        pull = np.where(angles < tol, 0.0, share * angles / np.where(angles < tol, 1.0, np.sin(angles)))
        tangent = pull - float(pull @ along) * mean
        step = np.sqrt(max(float(tangent @ cosines @ tangent), 0.0))
        if step < tol:
            break
        mean = _normalized(np.cos(step) * mean + np.sin(step) * tangent / step, cosines)
    return np.asarray(mean * unit * float(share @ lengths), np.float64)


def _normalized(coefficients: Floats, cosines: Floats) -> Floats:
    length = np.sqrt(max(float(coefficients @ cosines @ coefficients), 0.0))
    return coefficients / length if length > 1e-12 else np.zeros_like(coefficients)


def _steps(target: Target) -> Steps:
    weights = shares("weight", target.numbers("weight").tolist(), target.models)
    gram = (yield from products(target))[: target.models, : target.models]
    mix = karcher_coefficients(gram, weights, int(target.number("max_iter")), target.number("tol"))
    return weighted_sum(target, mix)


KARCHER = Method(
    "karcher",
    "Mean on a sphere",
    "Karcher, Riemannian center of mass and mollifier smoothing, 1977, https://doi.org/10.1002/cpa.3160300502",
    _steps,
    (
        WEIGHT,
        Parameter("max_iter", 10.0, low=1.0, about="steps at most"),
        Parameter("tol", 1e-5, low=0.0, about="stop at a step shorter than this, in radians"),
    ),
    base="none",
)
