"""Average several models on a sphere, in the plane that touches it at their mean."""

import numpy as np

from ridgeline.merge.kernels.families import task_vectors, weighted_sum
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, stacked
from ridgeline.merge.methods.checks import PerModel, per_model, shares
from ridgeline.merge.methods.streaming import WEIGHT
from ridgeline.merge.passes.products import products


def multislerp(
    models: Models,
    weight: PerModel = 1.0,
    *,
    base: Floats | None = None,
    normalize_weights: bool = True,
    eps: float = 1e-8,
) -> Floats:
    """Average directions on the unit sphere and lengths apart, as mergekit's `multislerp` does.

    The directions are projected onto the plane that touches the sphere at their weighted mean, averaged there, and the
    result goes back onto the sphere. It is one step; `karcher` iterates to the exact mean.

    Args:
        models: one tensor a model, [*shape] each.
        weight: one a model, or one for all.
        base: average what the models changed in it, [*shape].
        normalize_weights: divide the weights by their sum.
        eps: what is added to lengths that are divided by, above 0.

    Returns:
        [*shape]; the weighted sum where the directions cancel out; the model where there is one.

    Raises:
        InputError: shapes differ, or the weights add up to 0 and are to be normalized.
    """
    values = stacked(models if base is None else [*models, base]).astype(np.float64)
    count = len(models)
    weights = shares("weight", weight, count) if normalize_weights else per_model("weight", weight, count)
    start = values[count] if base is not None else np.zeros_like(values[0])
    flat = (values[:count] - start).reshape(count, -1)
    kind = np.result_type(np.float32, *models)
    if count == 1:
        return np.asarray(models[0]).astype(kind)
    gram = flat @ flat.T
    merged = multislerp_coefficients(gram, weights, eps) @ flat
    whole: Floats = (start + merged.reshape(start.shape)).astype(kind)
    return whole


def multislerp_coefficients(gram: Floats, weights: Floats, eps: float = 1e-8) -> Floats:
    """Return what the vectors are multiplied by, [models], from their inner products, [models, models].

    All that the method does is linear in the vectors but for lengths and angles, and these follow from the products.
    """
    lengths = np.sqrt(np.maximum(np.diag(gram), 0.0))
    scaled = 1.0 / (lengths + eps)
    mean = weights * scaled
    length = np.sqrt(max(float(mean @ gram @ mean), 0.0))
    if length < eps:
        return np.asarray(weights, np.float64)
    mean /= length
    along = (gram @ mean) * scaled  # the cosine of each direction with the mean
    tangent = weights * scaled - float(weights @ along) * mean
    step = np.sqrt(max(float(tangent @ gram @ tangent), 0.0)) + eps
    turned = mean * np.cos(step) + tangent * (np.sin(step) / step)
    return np.asarray(turned * float(weights @ lengths), np.float64)


def _steps(target: Target) -> Steps:
    weight = target.numbers("weight").tolist()
    if target.models == 1:
        return weighted_sum(target, [1.0])
    normalize = target.flag("normalize_weights")
    weights = shares("weight", weight, target.models) if normalize else np.array(weight)
    gram = yield from products(target, of="differences" if target.has_base else "models")
    mix = multislerp_coefficients(gram, weights, target.number("eps"))
    return task_vectors(target, mix) if target.has_base else weighted_sum(target, mix)


MULTISLERP = Method(
    "multislerp",
    "Mean on a sphere, in one step",
    "",
    _steps,
    (
        WEIGHT,
        Parameter("normalize_weights", True, about="divide the weights by their sum"),
        Parameter("eps", 1e-8, low=1e-30, about="added to lengths that are divided by"),
    ),
    base="optional",
)
