"""The kernels in NumPy: the definition that other back ends are compared with, bit by bit."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels.ops import Bits, Floats, TaskVectors, bits_dtype
from ridgeline.merge.random import WORDS, random_words
from ridgeline.merge.tensors.dtypes import DType

LANES = 64
EXPONENTS = {"F64": 0x7FF0_0000_0000_0000, "F32": 0x7F80_0000, "F16": 0x7C00, "BF16": 0x7F80}
"""Bits of the exponent; all are set in what is not finite."""
_LEAST_WEIGHT = 1e-8


class NumPyOps:
    """One array operation after the other, on chunks that fit the cache."""

    name = "numpy"

    def __init__(self) -> None:
        self._local = threading.local()

    def load(self, parts: Sequence[tuple[NDArray[Any], DType]], dtype: type[np.floating[Any]]) -> Floats:
        floats = self.buffer(len(parts), len(parts[0][0]), dtype)
        for row, (raw, kind) in zip(floats, parts, strict=True):
            self.widen(raw, kind, row)
        return floats

    def buffer(self, count: int, length: int, dtype: type[np.floating[Any]]) -> Floats:
        """Return an array [count, length] that this thread uses again and again."""
        held: Floats | None = getattr(self._local, "held", None)
        if held is None or held.dtype != dtype or held.size < count * length:
            held = self._local.held = np.empty(count * length, dtype)
        return held[: count * length].reshape(count, length)

    def widen(self, raw: NDArray[Any], kind: DType, out: Floats) -> None:
        """Write raw items [n] as floats into `out` [n]."""
        if kind.name != "BF16":
            with np.errstate(over="ignore"):  # of float64 into float32
                out[:] = raw
        elif out.dtype == np.float32:
            np.left_shift(raw, 16, out=out.view(np.uint32), dtype=np.uint32)
        else:
            out[:] = np.left_shift(raw, 16, dtype=np.uint32).view(np.float32)

    def store(self, values: Floats, dtype: DType) -> tuple[NDArray[Any], int]:
        raw = _bfloat16(values) if dtype.name == "BF16" else _cast(values, dtype)
        exponent = EXPONENTS[dtype.name]
        bits = raw.view(f"<u{dtype.item_bytes}")
        return raw, int(np.count_nonzero((bits & bits.dtype.type(exponent)) == exponent))

    def weighted_sum(
        self, models: Floats, base: Floats | None, weights: Floats, base_weight: float
    ) -> Floats:
        first, factor = (models[0], weights[0]) if base is None else (base, base.dtype.type(base_weight))
        total: Floats = np.multiply(first, factor)
        term = np.empty_like(total)
        for m in range(base is None, len(models)):
            np.multiply(models[m], weights[m], out=term)
            total += term
        return total

    def task_vectors(self, models: Floats, base: Floats, how: TaskVectors, start: int) -> Floats:
        parts = np.empty_like(models)
        total = np.zeros_like(base)
        for m, part in enumerate(parts):
            _weighted_part(models[m], base, how, m, start, part)
            total += part
        kind = base.dtype.type
        if how.combine == "sum":
            total /= kind(how.divisor)
        else:
            total = _elected(parts, total, how)
        total *= kind(how.scale)
        total += base
        return total

    def count_digits(
        self,
        models: Floats,
        base: Floats | None,
        total: NDArray[np.int64],
        shift: int,
        prefixes: Bits | None,
    ) -> None:
        for m, model in enumerate(models):
            bits = magnitude_bits(model if base is None else model - base)
            if prefixes is None:
                total[m] += np.bincount(bits >> bits.dtype.type(shift), minlength=total.shape[1])
                continue
            above = bits >> bits.dtype.type(shift + 16)
            for r, prefix in enumerate(prefixes[m]):
                digits = (bits[above == prefix] >> bits.dtype.type(shift)) & bits.dtype.type(0xFFFF)
                total[m, r] += np.bincount(digits, minlength=total.shape[2])

    def add_products(self, vectors: Floats, total: NDArray[np.float64]) -> None:
        wide = _in_lanes(vectors)
        for i, first in enumerate(wide):
            for j in range(i, len(wide)):
                lanes = np.add.reduce(first * wide[j], axis=0)  # row by row: each lane is summed in order
                total[i, j] += np.add.accumulate(lanes)[-1]
                total[j, i] = total[i, j]


def _cast(values: Floats, dtype: DType) -> NDArray[Any]:
    with np.errstate(over="ignore"):  # becomes infinite, and is counted
        return values.astype(dtype.raw, copy=False)


def _bfloat16(values: Floats) -> NDArray[np.uint16]:
    """Round to nearest, ties to even, by adding just less than half of the last place that stays."""
    bits = values.astype(np.float32, copy=False).view(np.uint32)
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    with np.errstate(over="ignore"):
        rounded = (bits + np.uint32(0x7FFF) + odd) >> np.uint32(16)
    raw: NDArray[np.uint16] = rounded.astype(np.uint16)
    lost = np.isnan(values)
    if lost.any():
        raw[lost] = (bits[lost] >> np.uint32(16)).astype(np.uint16) | np.uint16(0x40)  # a quiet NaN
    return raw


def magnitude_bits(values: Floats) -> Bits:
    """Return |values| as integers that sort as they do."""
    unsigned = bits_dtype(values.dtype)
    bits: Bits = values.view(unsigned) & unsigned.type(np.iinfo(unsigned).max >> 1)
    return bits


def _in_lanes(vectors: Floats) -> NDArray[np.float64]:
    """Return [v, rows, LANES] in float64, filled up with zeros."""
    rows = -(-vectors.shape[1] // LANES)
    wide = np.zeros((len(vectors), rows * LANES))
    wide[:, : vectors.shape[1]] = vectors
    return wide.reshape(len(vectors), rows, LANES)


def _weighted_part(model: Floats, base: Floats, how: TaskVectors, m: int, start: int, out: Floats) -> None:
    np.subtract(model, base, out=out)
    bits = magnitude_bits(out)
    keep = (bits >= how.low[m]) & (bits <= how.high[m])
    if how.below[m] < WORDS:
        keep &= random_words(int(how.keys[m]), start, len(out)) < how.below[m]
    out *= how.scales[m]
    out *= how.weights[m]
    out[~keep] = 0


def _elected(parts: Floats, total: Floats, how: TaskVectors) -> Floats:
    """Combine what agrees with the elected sign. parts [models, n], total [n]."""
    kind = total.dtype.type
    positive = total > 0 if how.zero_sign < 1 else total >= 0
    negative = total < 0 if how.zero_sign > -1 else total <= 0
    merged, weight = np.zeros_like(total), np.zeros_like(total)
    for m, part in enumerate(parts):
        agrees = (positive & (part > 0)) | (negative & (part < 0)) | np.isnan(part)
        if how.combine == "max":
            better = agrees & ~(np.abs(part) <= np.abs(merged))
            merged[better] = part[better]
            continue
        merged += np.where(agrees, part, kind(0))
        weight += np.where(agrees, how.weights[m], kind(0))
    if how.combine == "mean":
        weight[np.abs(weight) < kind(_LEAST_WEIGHT)] = 1
        merged /= weight
    return merged
