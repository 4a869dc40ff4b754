"""The kernels in NumPy: the definition that other back ends are compared with, bit by bit."""

import math
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ridgeline.merge.kernels.ops import Bits, Floats, TaskVectors, bits_dtype
from ridgeline.merge.random import WORDS, random_words
from ridgeline.merge.tensors.dtypes import DType

LANES = 64
EXPONENTS = {"F64": 0x7FF0_0000_0000_0000, "F32": 0x7F80_0000, "F16": 0x7C00, "BF16": 0x7F80}
"""Bits of the exponent; all are set in what is not finite."""
_LEAST_WEIGHT = 1e-8
_HALF, _ONE, _BELOW_HALF = np.uint32(16), np.uint32(1), np.uint32(0x7FFF)


class NumPyOps:
    """One array operation after the other, on chunks that fit the cache."""

    name = "numpy"

    def __init__(self) -> None:
        self._local = threading.local()

    def room(self, use: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return an array that this thread uses for this again and again; what it held is not cleared."""
        rooms: dict[str, NDArray[Any]] = self._local.__dict__
        kind, size = np.dtype(dtype), math.prod(shape)
        held = rooms.get(use)
        if held is None or held.dtype != kind or held.size < size:
            held = rooms[use] = np.empty(size, kind)
        return held[:size].reshape(shape)

    def load(self, parts: Sequence[tuple[NDArray[Any], DType]], dtype: type[np.floating[Any]]) -> Floats:
        floats = self.room("floats", (len(parts), len(parts[0][0])), dtype)
        for row, (raw, kind) in zip(floats, parts, strict=True):
            self.widen(raw, kind, row)
        return floats

    def widen(self, raw: NDArray[Any], kind: DType, out: Floats) -> None:
        """Write raw items [n] as floats into `out` [n]."""
        _widen(raw, kind, out)

    def store(self, values: Floats, dtype: DType) -> tuple[NDArray[Any], int]:
        if dtype.name != "BF16":
            raw = _cast(values, dtype)
        elif np.isnan(values).any():
            raw = _bfloat16_with_nan(values)
        else:
            raw = _bfloat16(values, self.room("rounded", values.shape, np.uint32))
        return raw, _nonfinite(raw, dtype)

    def weighted_sum(
        self, models: Floats, base: Floats | None, weights: Floats, base_weight: float
    ) -> Floats:
        term = self.room("term", models.shape[1:], models.dtype)
        first, factor = (models[0], weights[0]) if base is None else (base, base.dtype.type(base_weight))
        total: Floats = np.multiply(first, factor)
        for m in range(base is None, len(models)):
            np.multiply(models[m], weights[m], out=term)
            total += term
        return total

    def task_vectors(self, models: Floats, base: Floats, how: TaskVectors, start: int) -> Floats:
        total = np.zeros_like(base)
        kept = models.shape if how.combine != "sum" else (1, *base.shape)
        parts = self.room("parts", kept, base.dtype)
        for m, model in enumerate(models):
            part = parts[m if len(parts) > 1 else 0]
            _weighted_part(model, base, how, m, start, part)
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


def _widen(raw: NDArray[Any], kind: DType, out: Floats) -> None:
    if kind.name != "BF16":
        with np.errstate(over="ignore"):  # of float64 into float32
            out[:] = raw
    elif out.dtype == np.float32:
        bits = out.view(np.uint32)
        bits[:] = raw
        np.left_shift(bits, _HALF, out=bits)
    else:
        out[:] = np.left_shift(raw, 16, dtype=np.uint32).view(np.float32)


def _bfloat16(values: Floats, rounded: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Round to nearest, ties to even, by adding just less than half of the last place that stays; there is no NaN."""
    bits = values.astype(np.float32, copy=False).view(np.uint32)
    np.right_shift(bits, _HALF, out=rounded)
    np.bitwise_and(rounded, _ONE, out=rounded)
    np.add(rounded, _BELOW_HALF, out=rounded)
    np.add(rounded, bits, out=rounded)
    np.right_shift(rounded, _HALF, out=rounded)
    return rounded.astype(np.uint16)


def _bfloat16_with_nan(values: Floats) -> NDArray[np.uint16]:
    lost = np.isnan(values)
    bits = values.astype(np.float32, copy=False).view(np.uint32)
    raw = _bfloat16(np.where(lost, values.dtype.type(0), values), np.empty(values.shape, np.uint32))
    raw[lost] = (bits[lost] >> _HALF).astype(np.uint16) | np.uint16(0x40)  # a quiet NaN
    return raw


def _nonfinite(raw: NDArray[Any], dtype: DType) -> int:
    exponent = EXPONENTS[dtype.name]
    bits = raw.view(f"<u{dtype.item_bytes}")
    return int(np.count_nonzero((bits & bits.dtype.type(exponent)) == exponent))


def is_plain_sum(how: TaskVectors) -> bool:
    """Say whether every element stays and none is elected, so that array operations are as fast as a compiled loop."""
    whole = not how.low.any() and bool((how.high == np.iinfo(how.high.dtype).max).all())
    return whole and how.combine == "sum" and bool((how.below >= WORDS).all())


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
    keep = None
    if how.low[m] > 0 or how.high[m] < np.iinfo(how.high.dtype).max:
        bits = magnitude_bits(out)
        keep = (bits >= how.low[m]) & (bits <= how.high[m])
    if how.below[m] < WORDS:
        drawn = random_words(int(how.keys[m]), start, len(out)) < how.below[m]
        keep = drawn if keep is None else keep & drawn
    out *= how.scales[m]
    out *= how.weights[m]
    if keep is not None:
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
