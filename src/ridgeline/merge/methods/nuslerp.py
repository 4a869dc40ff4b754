"""Spherical interpolation of two models or of two task vectors, whole or by rows or columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import task_vectors, weighted_sum
from ridgeline.merge.method import Chunk, Kernel, Method, Parameter, Pass, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, stacked
from ridgeline.merge.methods.checks import PerModel, per_model
from ridgeline.merge.methods.streaming import WEIGHT, moved
from ridgeline.merge.passes.products import products


def nuslerp(
    models: Models,
    weight: PerModel = 1.0,
    *,
    base: Floats | None = None,
    flatten: bool = True,
    row_wise: bool = False,
) -> Floats:
    """Interpolate two models, or their task vectors if there is a base, as mergekit's `nuslerp` does.

    Args:
        models: two tensors, [*shape] each.
        weight: two; t is the share of the second, ½ where they add up to 0.
        base: interpolate what the models changed in it, [*shape].
        flatten: one angle for the tensor; else one a vector of the last axis.
        row_wise: with flatten off: one a vector of the first axis instead, which is what mergekit calls row-wise.

    Returns:
        [*shape].

    Raises:
        InputError: there are not two models, or shapes differ.
    """
    if len(models) != 2:
        raise InputError(f"nuslerp interpolates 2 models, and {len(models)} are given.", "merge-model-count")
    t = share_of_second(per_model("weight", weight, 2))
    values = stacked(models if base is None else [*models, base])
    if base is None:
        return interpolated(values[0], values[1], t, _axis(values[0], flatten=flatten, row_wise=row_wise))
    start = values[2]
    axis = _axis(start, flatten=flatten, row_wise=row_wise)
    merged: Floats = start + interpolated(values[0] - start, values[1] - start, t, axis)
    return merged


def share_of_second(weights: Floats) -> float:
    """Return the share of the second of two weights, ½ where they add up to 0."""
    total = float(weights.sum())
    return float(weights[1]) / total if abs(total) >= 1e-6 else 0.5


def interpolated(first: Floats, second: Floats, t: float, axis: int | None) -> Floats:
    """Interpolate along arcs; linearly where vectors are parallel. An axis: one angle a vector of it; None: one in all."""
    pair = np.stack([first, second]).astype(np.float64)
    gram = np.stack(
        [np.stack([(one * other).sum(axis=axis, keepdims=True) for other in pair]) for one in pair]
    )
    merged: Floats = (arc_coefficients(gram, t) * pair).sum(axis=0).astype(first.dtype)
    return merged


def _axis(values: Floats, *, flatten: bool, row_wise: bool) -> int | None:
    if flatten or values.ndim == 0:
        return None
    return 0 if row_wise else -1


def arc_coefficients(gram: Floats, t: float) -> Floats:
    """Return what two vectors are multiplied by, [2, ...], from their inner products, [2, 2, ...]."""
    lengths = [np.maximum(np.sqrt(gram[side, side]), 1e-7) for side in (0, 1)]
    angle = np.arccos(np.clip(gram[0, 1] / (lengths[0] * lengths[1]), -1.0, 1.0))
    sine = np.sin(angle)
    parallel = np.abs(sine) < 1e-8
    safe = np.where(parallel, 1.0, sine)
    return np.stack(
        [
            np.where(parallel, 1 - t, np.sin((1 - t) * angle) / safe),
            np.where(parallel, t, np.sin(t * angle) / safe),
        ]
    )


def _steps(target: Target) -> Steps:
    t = share_of_second(target.numbers("weight"))
    if target.flag("nuslerp_flatten"):
        gram = yield from products(target, of="differences" if target.has_base else "models")
        mix = arc_coefficients(gram, t)
        return task_vectors(target, mix) if target.has_base else weighted_sum(target, mix)
    if not target.flag("nuslerp_row_wise") or len(target.shape) < 2:
        return Kernel(lambda chunk: _by_rows(chunk, t), unit="row")
    columns = target.shape[-1] if len(target.shape) == 2 else None
    if columns is None:
        raise InputError(
            f"nuslerp_row_wise needs tensors of two axes; {target.name!r} has {len(target.shape)}.",
            "merge-parameter",
        )
    gram = yield Pass((2, 2, columns), np.float64, _add_columns, unit="row")
    mix = arc_coefficients(gram, t)
    return Kernel(lambda chunk: _by_columns(chunk, mix), unit="row")


def _from_base(chunk: Chunk) -> Floats:
    rows = chunk.rows()
    changes: Floats = rows if chunk.base is None else rows - chunk.base.reshape(rows.shape[1:])
    return changes


def _by_rows(chunk: Chunk, t: float) -> Floats:
    first, second = _from_base(chunk)
    merged = interpolated(first, second, t, -1).ravel()
    return moved(chunk, merged)


def _add_columns(chunk: Chunk, total: NDArray[Any]) -> None:
    rows = _from_base(chunk).astype(np.float64)
    total += np.einsum("irc,jrc->ijc", rows, rows)


def _by_columns(chunk: Chunk, mix: Floats) -> Floats:
    changes = _from_base(chunk)
    merged = (changes * mix[:, None]).sum(axis=0).astype(changes.dtype).ravel()
    return moved(chunk, merged)


NUSLERP = Method(
    "nuslerp",
    "Spherical interpolation of two models or task vectors",
    "",
    _steps,
    (
        WEIGHT,
        Parameter("nuslerp_flatten", True, about="one angle for the tensor"),
        Parameter(
            "nuslerp_row_wise", False, about="without flatten: a vector of the first axis, not of the last"
        ),
    ),
    base="optional",
    models=(2, 2),
)
