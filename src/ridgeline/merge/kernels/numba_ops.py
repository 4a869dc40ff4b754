"""The kernels compiled by Numba: the same operations on each element in the same order as NumPy's, in one pass each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels import compiled
from ridgeline.merge.kernels.numpy_ops import LANES, NumPyOps
from ridgeline.merge.kernels.ops import Bits, Floats, TaskVectors, bits_dtype
from ridgeline.merge.tensors.dtypes import DType

_COMBINE = {"sum": 0, "total": 1, "mean": 2, "max": 3}


class NumbaOps(NumPyOps):
    """What NumPy does well already, such as float16, stays NumPy's."""

    name = "numba"

    def widen(self, raw: NDArray[Any], kind: DType, out: Floats) -> None:
        if kind.name == "BF16" and out.dtype == np.float32:
            compiled.widen_bfloat16(raw, out.view(np.uint32))
        else:
            super().widen(raw, kind, out)

    def store(self, values: Floats, dtype: DType) -> tuple[NDArray[Any], int]:
        if dtype.name != "BF16" or values.dtype != np.float32:
            return super().store(values, dtype)
        raw = np.empty(values.shape, np.uint16)
        return raw, int(compiled.store_bfloat16(values.view(np.uint32), raw))

    def weighted_sum(
        self, models: Floats, base: Floats | None, weights: Floats, base_weight: float
    ) -> Floats:
        out: Floats = np.empty_like(models[0])
        if base is None:
            compiled.weighted_sum(models[1:], weights[1:], models[0], weights[0], out)
        else:
            compiled.weighted_sum(models, weights, base, base.dtype.type(base_weight), out)
        return out

    def task_vectors(self, models: Floats, base: Floats, how: TaskVectors, start: int) -> Floats:
        out: Floats = np.empty_like(base)
        kind = base.dtype.type
        compiled.task_vectors(
            (models, base, out),
            (how.weights, how.scales, how.low, how.high, how.keys, how.below),
            (kind(how.scale), kind(how.divisor), kind(1e-8)),
            (_COMBINE[how.combine], how.zero_sign, start),
        )
        return out

    def count_digits(
        self,
        models: Floats,
        base: Floats | None,
        total: NDArray[np.int64],
        shift: int,
        prefixes: Bits | None,
    ) -> None:
        start = np.empty(0, models.dtype) if base is None else base
        kind = bits_dtype(models.dtype)
        bits = np.empty(compiled.RUN, kind)
        if prefixes is None:
            compiled.count_top(models, start, total, kind.type(shift), bits)
        else:
            compiled.count_within(models, start, total, kind.type(shift), prefixes, bits)

    def add_products(self, vectors: Floats, total: NDArray[np.float64]) -> None:
        lanes = np.empty(LANES)
        for i, first in enumerate(vectors):
            for j in range(i, len(vectors)):
                total[i, j] += compiled.product(first, vectors[j], lanes)
                total[j, i] = total[i, j]
