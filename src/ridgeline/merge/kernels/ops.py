"""What a back end computes. NumPy's is always there; Numba's and torch's give the same bits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.tensors.dtypes import DType

Floats: TypeAlias = NDArray[np.floating[Any]]
Bits: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Magnitudes as the integers their bits are: they sort as the magnitudes do, and NaN lies above infinity."""


@dataclass(frozen=True, slots=True)
class TaskVectors:
    """How the differences to the base are trimmed, weighted and combined; the kernel of a whole family of methods.

    Of model m an element d of model - base is kept where low[m] ≤ bits(|d|) ≤ high[m] and the random number of its place lies
    below below[m]. A kept one counts as x = weights[m] · (scales[m] · d), another as 0. Then, in model order:

        sum:   t = (Σ x) / divisor
        mean:  of the x whose sign is that of Σ x: t = Σ x / Σ weights (1 where that sum is below 1e-8)
        total: of the same x: t = Σ x
        max:   of the same x: t = the one of greatest magnitude

    and the result is base + scale · t. Where Σ x is 0 the sign is `zero_sign`; zeros never agree with it.
    """

    weights: Floats
    scales: Floats
    low: Bits
    high: Bits
    keys: NDArray[np.uint64]
    below: NDArray[np.uint64]
    """2³² keeps all."""
    combine: Literal["sum", "mean", "total", "max"] = "sum"
    scale: float = 1.0
    divisor: float = 1.0
    zero_sign: int = 1


class Ops(Protocol):
    """Arrays are the back end's own: NumPy's, or tensors on a device. Inputs are not changed."""

    name: str

    def load(self, parts: Sequence[tuple[NDArray[Any], DType]], dtype: type[np.floating[Any]]) -> Floats:
        """Return raw items [n] of several tensors as floats [parts, n]; the array is taken again by the next call of a thread."""

    def store(self, values: Floats, dtype: DType) -> tuple[NDArray[Any], int]:
        """Return values rounded once, to nearest and ties to even, as raw items, and how many of them are not finite."""

    def weighted_sum(
        self, models: Floats, base: Floats | None, weights: Floats, base_weight: float
    ) -> Floats:
        """Return base_weight · base + Σ weights[m] · models[m], [n], summed in this order."""

    def task_vectors(self, models: Floats, base: Floats, how: TaskVectors, start: int) -> Floats:
        """Return the merge that `how` describes, [n]; `start` is the place of the first element."""

    def count_digits(
        self,
        models: Floats,
        base: Floats | None,
        total: NDArray[np.int64],
        shift: int,
        prefixes: Bits | None,
    ) -> None:
        """Count digits of the magnitudes of models - base, or of the models where there is no base.

        Without prefixes: total[m, bits >> shift] is raised. With prefixes [models, r]: total[m, r, 16 bits at `shift`] is,
        of the elements whose bits above are prefixes[m, r].
        """

    def add_products(self, vectors: Floats, total: NDArray[np.float64]) -> None:
        """Add the dot products of all pairs of the vectors [v, n] to total [v, v], in float64 and in a fixed order."""


def bits_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the unsigned integers of the same width."""
    return np.dtype(np.uint64 if dtype == np.float64 else np.uint32)
