"""Exact order statistics of magnitudes, by counting: the k-th largest |model - base| without sorting.

A float's bits without the sign, read as an integer, sort as its magnitude does. Counting the top 15 bits of float32 finds the
bin that holds rank k; counting the 16 bits below, in that bin, finds the value. float64 takes four rounds.
"""

from collections.abc import Generator
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.merge.kernels.numpy_ops import magnitude_bits
from ridgeline.merge.kernels.ops import Bits, bits_dtype
from ridgeline.merge.method import Chunk, Pass, Target

_TOP, _DIGIT = 1 << 15, 1 << 16
_FEW = 1 << 14


def magnitudes_at(
    target: Target, ranks: ArrayLike, *, scope: Literal["tensor", "checkpoint"] = "tensor"
) -> Generator[Pass, NDArray[Any], Bits]:
    """Find the magnitudes of models - base (of the models, without a base) at ranks.

    Args:
        target: the tensor.
        ranks: [models, r]; 1 is the largest magnitude. Ranks outside the tensor are moved to its ends.
        scope: ranks within each tensor, or among the elements of all tensors.

    Returns:
        Bits of the magnitudes, [models, r]: what `TaskVectors` compares with. NaN ranks above infinity.
    """
    unsigned = bits_dtype(np.dtype(target.dtype))
    shift = 16 * (unsigned.itemsize // 2 - 1)
    wanted = np.array(ranks, dtype=np.int64)
    if target.size <= _FEW and scope == "tensor":
        return (yield from _sorted(target, wanted))
    counts = yield _count((target.models, _TOP), shift, None, scope)
    found = np.empty(wanted.shape, unsigned)
    left = np.empty_like(wanted)
    for m, row in enumerate(counts):
        for r, rank in enumerate(wanted[m]):
            found[m, r], left[m, r] = _bin_of(row, int(rank))
    while shift:
        shift -= 16
        counts = yield _count((*wanted.shape, _DIGIT), shift, found.copy(), scope)
        for at in np.ndindex(wanted.shape):
            digit, left[at] = _bin_of(counts[at], int(left[at]))
            found[at] = (int(found[at]) << 16) | digit
    return found


def _sorted(target: Target, wanted: NDArray[np.int64]) -> Generator[Pass, NDArray[Any], Bits]:
    """Find ranks in a tensor with fewer elements than there are bins."""

    def add(chunk: Chunk, total: NDArray[np.int64]) -> None:
        values = chunk.models if chunk.base is None else chunk.models - chunk.base
        total[:, chunk.start : chunk.start + values.shape[1]] = magnitude_bits(values)

    bits = np.sort((yield Pass((target.models, target.size), np.int64, add)), axis=1)
    places = np.clip(target.size - wanted, 0, max(target.size - 1, 0))
    unsigned = bits_dtype(np.dtype(target.dtype))
    found: Bits = (
        np.take_along_axis(bits, places, axis=1).astype(unsigned)
        if target.size
        else np.zeros(wanted.shape, unsigned)
    )
    return found


def _count(
    shape: tuple[int, ...],
    shift: int,
    prefixes: Bits | None,
    scope: Literal["tensor", "checkpoint"],
) -> Pass:
    def add(chunk: Chunk, total: NDArray[np.int64]) -> None:
        chunk.ops.count_digits(chunk.models, chunk.base, total, shift, prefixes)

    return Pass(shape, np.int64, add, scope=scope, portable=True)


def _bin_of(counts: NDArray[np.int64], rank: int) -> tuple[int, int]:
    """Return the bin that holds a rank counted from the top, and the rank within it."""
    above = np.cumsum(counts[::-1])
    total = int(above[-1])
    if not total:  # an empty tensor
        return 0, 1
    rank = min(max(rank, 1), total)
    at = int(np.searchsorted(above, rank))
    return len(counts) - 1 - at, rank - (int(above[at - 1]) if at else 0)
