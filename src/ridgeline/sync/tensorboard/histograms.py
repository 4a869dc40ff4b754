"""Histograms of TensorBoard, old and new, as distributions: counts between rising edges."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.record.objects import Distribution
from ridgeline.record.objects.distribution import MAX_BINS
from ridgeline.record.tracked import Encoded
from ridgeline.sync.protobuf import WireError, double, fields
from ridgeline.sync.tensorboard.tensors import Tensor

Floats = NDArray[np.float64]


def of_tensor(tensor: Tensor) -> Encoded:
    """Return a histogram that is a tensor of shape [bins, 3]: left, right, count.

    Raises:
        WireError: It is none.
    """
    rows = tensor.array
    if rows.ndim != 2 or rows.shape[1] != 3:
        raise WireError(f"a histogram of shape {rows.shape}")
    return _distribution(rows[:, 0], rows[:, 1], rows[:, 2])


def of_proto(data: bytes) -> Encoded:
    """Return a HistogramProto, which old writers use: its first bucket begins at the least value, its last ends at the largest.

    Raises:
        WireError: It is none.
    """
    low = high = 0.0
    limits: list[Floats] = []
    counts: list[Floats] = []
    for number, value in fields(data):
        if number == 1:
            low = double(value)
        elif number == 2:
            high = double(value)
        elif number in (6, 7) and isinstance(value, bytes):
            (limits if number == 6 else counts).append(np.frombuffer(value, "<f8"))
    limit = np.concatenate([*limits, np.zeros(0)])
    count = np.concatenate([*counts, np.zeros(0)])
    if len(limit) != len(count):
        raise WireError(f"a histogram of {len(limit)} limits and {len(count)} counts")
    return _distribution(
        np.concatenate([[low], limit[:-1]])[: len(limit)],
        np.concatenate([limit[:-1], [high]])[-len(limit) :],
        count,
    )


def _distribution(left: Floats, right: Floats, count: Floats) -> Encoded:
    """Return counts between edges; empty bins at both ends, which old writers add, are left out."""
    (filled,) = np.nonzero(count > 0)
    if not len(filled) or not np.isfinite([*left[filled], *right[filled]]).all():
        return Distribution(histogram=([0], [0.0, 1.0])).encode()
    some = slice(int(filled[0]), int(filled[-1]) + 1)
    left, right, count = left[some], right[some], count[some]
    edges = np.maximum.accumulate(np.concatenate([[min(left[0], right[0])], right]))
    # Bins of no width, as of samples that are all equal, are added to the one before.
    wide = np.diff(edges) > 0
    if not wide.any():
        return Distribution(histogram=([round(count.sum())], [edges[0] - 0.5, edges[0] + 0.5])).encode()
    into = np.maximum(np.cumsum(wide) - 1, 0)
    summed = np.bincount(into, weights=count)
    bounds = np.concatenate([edges[:1], edges[1:][wide]])
    if len(summed) > MAX_BINS:
        raise WireError(f"a histogram of {len(summed)} bins; {MAX_BINS} are the most")
    return Distribution(histogram=(np.round(summed).tolist(), bounds.tolist())).encode()
