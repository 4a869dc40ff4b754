"""The kernels that most methods end in."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ridgeline.merge.kernels.ops import Bits, Floats, TaskVectors, bits_dtype
from ridgeline.merge.method import Chunk, Kernel, Target
from ridgeline.merge.random import keep_below


def weighted_sum(target: Target, weights: ArrayLike, *, base_weight: float = 0.0) -> Kernel:
    """Return the kernel of base_weight · base + Σ weights[m] · models[m]; a base_weight of 0 leaves the base out.

    Args:
        target: the tensor.
        weights: [models].
        base_weight: of the base; where it is not 0 the tensor has a base.
    """
    factors = _each(weights, target.models, target.dtype)

    def run(chunk: Chunk) -> Floats:
        return chunk.ops.weighted_sum(chunk.models, chunk.base if base_weight else None, factors, base_weight)

    return Kernel(run, portable=True)


@dataclass(frozen=True, slots=True)
class Keep:
    """Which elements of the differences stay, and what these are scaled by; each is [models], or one for all."""

    low: Bits | int = 0
    """The lowest magnitude that stays, as bits; see `magnitudes_at`."""
    high: Bits | int | None = None
    """The highest; None: there is none."""
    probability: ArrayLike = 1.0
    """Of an element to stay, drawn from the stream of its model and tensor."""
    scale: ArrayLike = 1.0


def task_vectors(
    target: Target,
    weights: ArrayLike,
    *,
    keep: Keep = Keep(),
    combine: Literal["sum", "mean", "total", "max"] = "sum",
    scale: float = 1.0,
    divisor: float = 1.0,
    zero_sign: int = 1,
) -> Kernel:
    """Return the kernel that trims, weights and combines differences to the base; see `TaskVectors`.

    Args:
        target: the tensor.
        weights: [models], or one for all.
        keep: which elements stay.
        combine: sum, or mean, total or max of those that agree with the elected sign.
        scale: of the merged task vector.
        divisor: of the sum, where `combine` is sum.
        zero_sign: the elected sign (-1, 0 or 1) where the sum is 0.
    """
    count, unsigned = target.models, bits_dtype(np.dtype(target.dtype))
    highest = np.iinfo(unsigned).max if keep.high is None else keep.high
    chances = np.broadcast_to(np.asarray(keep.probability, np.float64), count)
    how = TaskVectors(
        weights=_each(weights, count, target.dtype),
        scales=_each(keep.scale, count, target.dtype),
        low=_each(keep.low, count, unsigned),
        high=_each(highest, count, unsigned),
        keys=np.array([target.random_key(m) for m in range(count)], dtype=np.uint64),
        below=np.array([keep_below(float(chance)) for chance in chances], dtype=np.uint64),
        combine=combine,
        scale=float(scale),
        divisor=float(divisor),
        zero_sign=zero_sign,
    )

    def run(chunk: Chunk) -> Floats:
        assert chunk.base is not None, "differences need a base; the method says so"
        return chunk.ops.task_vectors(chunk.models, chunk.base, how, chunk.start)

    return Kernel(run, portable=True)


def _each(value: ArrayLike, count: int, dtype: DTypeLike) -> NDArray[Any]:
    return np.ascontiguousarray(np.broadcast_to(np.asarray(value), count).astype(dtype))
