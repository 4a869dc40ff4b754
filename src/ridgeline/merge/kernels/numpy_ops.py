"""The kernels in NumPy: the definition that other back ends are compared with, bit by bit."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.kernels.ops import Bits, Floats, TaskVectors, bits_dtype
from ridgeline.merge.random import WORDS, random_words

LANES = 64
_LEAST_WEIGHT = 1e-8


class NumPyOps:
    """One array operation after the other, on chunks that fit the cache."""

    name = "numpy"

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
