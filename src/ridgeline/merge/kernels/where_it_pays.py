"""NumPy's kernels for what they do as fast as the memory is, Numba's for the rest: it is loaded when they are first needed.

Loading Numba takes half a second of CPU time, as long as NumPy takes to average three models of 250 million parameters.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels.numpy_ops import NumPyOps, is_plain_sum
from ridgeline.merge.kernels.ops import Bits, Floats, Ops, TaskVectors
from ridgeline.merge.tensors.dtypes import DType


@cache
def numba_ops() -> Ops:
    """Return the kernels of Numba, which is installed."""
    from ridgeline.merge.kernels.numba_ops import NumbaOps

    return NumbaOps()


class WhereItPaysOps(NumPyOps):
    """The bytes are the same whichever of the two computes them."""

    name = "auto"

    def __init__(self) -> None:
        super().__init__()
        self._loaded = False

    def _compiled(self) -> Ops:
        self._loaded = True
        return numba_ops()

    def load(self, parts: Sequence[tuple[NDArray[Any], DType]], dtype: type[np.floating[Any]]) -> Floats:
        return self._compiled().load(parts, dtype) if self._loaded else super().load(parts, dtype)

    def store(self, values: Floats, dtype: DType) -> tuple[NDArray[Any], int]:
        return self._compiled().store(values, dtype) if self._loaded else super().store(values, dtype)

    def task_vectors(self, models: Floats, base: Floats, how: TaskVectors, start: int) -> Floats:
        if is_plain_sum(how) and not self._loaded:
            return super().task_vectors(models, base, how, start)
        return self._compiled().task_vectors(models, base, how, start)

    def count_digits(
        self,
        models: Floats,
        base: Floats | None,
        total: NDArray[np.int64],
        shift: int,
        prefixes: Bits | None,
    ) -> None:
        self._compiled().count_digits(models, base, total, shift, prefixes)

    def add_products(self, vectors: Floats, total: NDArray[np.float64]) -> None:
        self._compiled().add_products(vectors, total)
