"""Room for totals: a histogram takes a megabyte or two, and asking the system for it anew each time costs more than counting."""

from collections import defaultdict
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.method import Pass

_LARGE = 1 << 13
_KEPT = 16


class Totals:
    """Arrays of zeros, used again once they are given back; threads may share it."""

    def __init__(self) -> None:
        self._free: dict[tuple[int, ...], list[NDArray[Any]]] = defaultdict(list)
        self._lock = Lock()

    def take(self, request: Pass) -> NDArray[Any]:
        """Return zeros for a pass."""
        with self._lock:
            held = self._free[request.shape].pop() if self._free[request.shape] and _pooled(request) else None
        if held is None:
            return np.zeros(request.shape, request.dtype)
        held.fill(0)
        return held

    def give(self, request: Pass, total: NDArray[Any]) -> None:
        """Take back what nobody looks at any more."""
        with self._lock:
            if _pooled(request) and len(self._free[request.shape]) < _KEPT:
                self._free[request.shape].append(total)


def _pooled(request: Pass) -> bool:
    """Only histograms: small totals, and those of floats, may be kept by whoever asked."""
    return request.dtype is np.int64 and int(np.prod(request.shape)) >= _LARGE
