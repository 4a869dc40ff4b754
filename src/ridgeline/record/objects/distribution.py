"""How many samples fall where: weights, gradients, lengths."""

import json
import math
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject

DEFAULT_BINS = 64
MAX_BINS = 4096
_NUMBER_KINDS = frozenset("biuf")  # NumPy's bool, signed, unsigned and floating types

_Counted: TypeAlias = tuple[list[int], list[float], int, int]  # counts, edges, how many NaN, how many ±Inf


class Distribution(TrackedObject):
    """A histogram to track.

    Args:
        samples: numbers, or an array or tensor of any shape. Copied now, counted later. NaN and ±Inf are counted apart.
        bins: into how many bins of equal width between the smallest and the largest they are counted.
        histogram: instead of samples, (counts, edges) as numpy.histogram returns them: one edge more than counts.
        caption: words to show with it.
    """

    kind: ClassVar[ObjectKind] = "distribution"

    def __init__(
        self,
        samples: Any = None,
        *,
        bins: int = DEFAULT_BINS,
        histogram: tuple[Sequence[float], Sequence[float]] | None = None,
        caption: str = "",
    ) -> None:
        if (samples is None) == (histogram is None):
            raise InputError(
                "A Distribution takes either samples or histogram=(counts, edges).", "distribution-input"
            )
        if not isinstance(bins, int) or not 0 < bins <= MAX_BINS:
            raise InputError(f"A Distribution takes 1 to {MAX_BINS} bins, not {bins!r}.", "distribution-bins")
        self._bins = bins
        self._meta: dict[str, Json] = {"caption": caption} if caption else {}
        self._samples = None if samples is None else _copy(samples)
        self._histogram = None if histogram is None else _check(*histogram)

    @property
    def size_bytes(self) -> int:
        if self._samples is None:
            return 16 * MAX_BINS
        return int(getattr(self._samples, "nbytes", 0)) or 32 * len(self._samples)

    def encode(self) -> Encoded:
        """Return {"counts": […], "edges": […]} as JSON; the counts of what is not finite are in its meta."""
        counts, edges, n_nan, n_inf = self._histogram or _count(self._samples, self._bins)
        data = json.dumps({"counts": counts, "edges": edges}, separators=(",", ":")).encode()
        return Encoded(
            "application/vnd.ridgeline.distribution+json",
            data,
            {**self._meta, "n_nan": n_nan, "n_inf": n_inf},
        )


def _copy(samples: Any) -> Any:
    if hasattr(samples, "detach"):
        return samples.detach().clone()  # stays on its device, so that the caller need not wait for it
    if hasattr(samples, "dtype") and hasattr(samples, "copy"):
        if getattr(samples.dtype, "kind", "f") not in _NUMBER_KINDS:
            raise InputError(f"A Distribution takes numbers, not an array of {samples.dtype}.", "object-type")
        return samples.copy()
    if isinstance(samples, Iterable) and not isinstance(samples, str | bytes):
        try:
            return [float(value) for value in samples]
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"A Distribution takes numbers: {error}.", "object-type") from error
    raise InputError(
        f"A Distribution takes numbers or an array, not a {type(samples).__name__}.", "object-type"
    )


def _count(samples: Any, bins: int) -> _Counted:
    """Count as numpy.histogram does, with NumPy where the program has loaded it: 1M samples take it 10 ms, not 500."""
    if hasattr(samples, "detach"):
        samples = samples.cpu()
        samples = (samples.float() if "bfloat16" in str(samples.dtype) else samples).numpy()
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and not isinstance(samples, list):
        values = numpy.asarray(samples, dtype=float)
        finite = values[numpy.isfinite(values)]
        counts, edges = numpy.histogram(finite, bins)
        n_nan = int(numpy.isnan(values).sum())
        return counts.tolist(), edges.tolist(), n_nan, values.size - finite.size - n_nan
    numbers = (
        samples if isinstance(samples, list) else [float(value) for value in samples.reshape(-1).tolist()]
    )
    return _count_list(numbers, bins)


def _count_list(numbers: list[float], bins: int) -> _Counted:
    """Bins are half-open but the last; where all samples are equal, one bin's width stands around them."""
    finite = [number for number in numbers if math.isfinite(number)]
    n_nan = sum(map(math.isnan, numbers))
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = [low + (high - low) / bins * i for i in range(bins)] + [high]
    counts = [0] * bins
    for number in finite:
        counts[min(max(bisect_right(edges, number) - 1, 0), bins - 1)] += 1
    return counts, edges, n_nan, len(numbers) - len(finite) - n_nan


def _check(counts: Sequence[float], edges: Sequence[float]) -> _Counted:
    try:
        whole, bounds = [int(count) for count in counts], [float(edge) for edge in edges]
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"A histogram is counts and edges: {error}.", "distribution-histogram") from error
    rising = all(a < b for a, b in pairwise(bounds))
    if len(bounds) != len(whole) + 1 or not 0 < len(whole) <= MAX_BINS or min(whole) < 0 or not rising:
        raise InputError(
            f"A histogram has 1 to {MAX_BINS} counts ≥ 0 and one rising edge more; these are {len(whole)} counts and"
            f" {len(bounds)} edges.",
            "distribution-histogram",
        )
    return whole, bounds, 0, 0
