"""Arrays that methods work on: shapes that agree, float64 if any is, else float32."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError

Floats = NDArray[np.floating[Any]]
Models = Sequence[Floats] | Floats
"""One tensor a model: a list of arrays, or [models, *shape]."""
Mask = NDArray[np.bool_]


def stacked(models: Models) -> Floats:
    """Return the tensors of the models as one array, [models, *shape], in float64 if any is, else in float32.

    Raises:
        InputError: there is none, the shapes differ, or one holds integers.
    """
    if not len(models):
        raise InputError("A merge needs at least one model, and none is given.", "no-models-to-merge")
    arrays = [np.asarray(model) for model in models]
    for number, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise InputError(
                f"Model {number} has a tensor of shape {array.shape}, model 0 one of shape {arrays[0].shape}."
                " Models merge where their shapes agree.",
                "merge-shapes-differ",
            )
        if array.dtype.kind != "f":
            raise InputError(
                f"Model {number} has {array.dtype} values. Only floats merge: take integer buffers from one model.",
                "merge-not-floats",
            )
    wide = any(array.dtype == np.float64 for array in arrays)
    return np.stack(arrays).astype(np.float64 if wide else np.float32, copy=False)


def changes_of(models: Models, base: Floats) -> tuple[Floats, Floats]:
    """Return the base, [*shape], and what each model changed in it, [models, *shape]."""
    both = stacked([base, *models])
    if len(both) == 1:
        raise InputError(
            "A merge needs at least one model beside the base, and none is given.", "no-models-to-merge"
        )
    return both[0], both[1:] - both[0]


def along_models(values: Floats, like: Floats) -> Floats:
    """Give one value a model, [models], the axes of `like`, [models, *shape], to multiply with."""
    return values.astype(like.dtype).reshape(-1, *[1] * (like.ndim - 1))


def divided(total: Floats, by: Floats) -> Floats:
    """Divide, and leave alone what would be divided by nothing (less than 1e-8, as mergekit does)."""
    safe: Floats = total / np.where(np.abs(by) < 1e-8, np.ones((), by.dtype), by).astype(total.dtype)
    return safe
