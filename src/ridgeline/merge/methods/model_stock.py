"""Model Stock: go from the base towards the mean of models, the further the more their task vectors agree."""

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import task_vectors
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, changes_of
from ridgeline.merge.methods.streaming import by_row
from ridgeline.merge.passes.products import products

_CANCELLED = 1e-9


def model_stock(models: Models, base: Floats, *, filter_wise: bool = False) -> Floats:
    """Return t·mean + (1 - t)·base with t = n·cosθ / (1 + (n - 1)·cosθ): Jang et al. 2024 (arXiv:2403.19522), equation 7.

    cosθ is the mean cosine between the task vectors of two models, over all pairs.

    Args:
        models: at least two, [*shape] each.
        base: [*shape].
        filter_wise: a t for each row, the last axis, of a tensor with more than one axis.

    Returns:
        [*shape].

    Raises:
        InputError: there are fewer than two models, or shapes differ.
    """
    start, changes = changes_of(models, base)
    if len(changes) < 2:
        raise InputError(
            "model_stock needs at least 2 models beside the base, and 1 is given.", "merge-model-count"
        )
    rows = start.shape[:-1] if filter_wise and start.ndim > 1 else ()
    flat = changes.reshape(len(changes), *rows, -1).astype(np.float64)
    gram = np.einsum("i...k,j...k->...ij", flat, flat)
    t = stock_share(gram)[..., None]
    change = flat.mean(axis=0) * t
    merged: Floats = start + change.reshape(start.shape).astype(start.dtype)
    return merged


def stock_share(gram: Floats) -> Floats:
    """Return t, [...], from the inner products of task vectors, [..., models, models].

    Where the directions cancel, as those of two opposite changes do, t has no value; it is 0 then: the base stays.
    """
    count = gram.shape[-1]
    lengths = np.sqrt(np.maximum(np.diagonal(gram, axis1=-2, axis2=-1), 0.0))
    products = lengths[..., :, None] * lengths[..., None, :]
    cosines = np.clip(gram / np.maximum(products, 1e-6), -1.0, 1.0)
    first, second = np.triu_indices(count, 1)
    cosine = cosines[..., first, second].mean(axis=-1)
    left = 1 + (count - 1) * cosine  # 0 where the directions cancel; never less
    share: Floats = np.where(left > _CANCELLED, count * cosine / np.maximum(left, _CANCELLED), 0.0)
    return share


def _steps(target: Target) -> Steps:
    if target.flag("filter_wise") and len(target.shape) > 1:
        return by_row(lambda models, base: model_stock(models, base, filter_wise=True))
    share = float(stock_share((yield from products(target, of="differences"))))
    return task_vectors(target, 1 / target.models, scale=share)


MODEL_STOCK = Method(
    "model_stock",
    "Model Stock",
    "Jang et al., Model Stock: all we need is just a few fine-tuned models, ECCV 2024, https://arxiv.org/abs/2403.19522",
    _steps,
    (Parameter("filter_wise", False, about="a share for each row"),),
    base="required",
    models=(2, None),
)
