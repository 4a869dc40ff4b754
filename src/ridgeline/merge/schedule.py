"""Run the tensors of a plan on threads: largest first, the passes of one tensor while its inputs are still in the cache."""

import heapq
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.journal import Written
from ridgeline.merge.method import Pass
from ridgeline.merge.tensor_run import Item, TensorRun
from ridgeline.merge.tensors.shards import ShardFiles

OnWritten = Callable[[TensorRun, Item, Sequence[Written]], None]


class Schedule:
    """Work that is ready, tensors that have not begun, and tensors that wait for the others."""

    def __init__(self, runs: Sequence[TensorRun], files: ShardFiles, on_written: OnWritten) -> None:
        ordered = sorted(runs, key=lambda run: (-run.cut.size, run.spec.name))
        self._runs = ordered
        self._across = [
            at for at, run in enumerate(ordered) if run.spec.method and run.spec.method.across_tensors
        ]
        self._waiting = [at for at, run in enumerate(ordered) if not run.complete or at in set(self._across)]
        self._waiting.reverse()
        self._ready: list[tuple[int, Item]] = []
        self._busy = 0
        self._parked: dict[int, NDArray[Any]] = {}
        self._shared: NDArray[Any] | None = None
        self._files = files
        self._on_written = on_written
        self._changed = threading.Condition()
        self._stopped = False

    def run(self, threads: int) -> None:
        """Do all of it; the first error of a thread ends the others and is raised."""
        with ThreadPoolExecutor(threads, thread_name_prefix="merge") as crew:
            futures = [crew.submit(self._work) for _ in range(threads)]
            try:
                for future in as_completed(futures):
                    future.result()
            finally:
                self._stop()

    def _stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _work(self) -> None:
        done = False
        try:
            while (found := self._take()) is not None:
                self._do(*found)
            done = True
        finally:
            if not done:  # the error is in the future; the others need not go on
                self._stop()

    def _do(self, at: int, item: Item) -> None:
        run = self._runs[at]
        if isinstance(run.request, Pass):
            part = run.count(item)
            with self._changed:
                self._counted(at, item, part)
        else:
            written = run.merge(item, self._files)
            self._on_written(run, item, written)
            with self._changed:
                run.take_written(item, written)
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def _take(self) -> tuple[int, Item] | None:
        """Return a piece of work, or None when there will be no more."""
        with self._changed:
            while not self._stopped:
                while not self._ready and self._waiting:
                    self._advance(self._waiting.pop(), None)
                if self._ready:
                    self._busy += 1
                    return heapq.heappop(self._ready)
                if not self._busy:
                    assert not self._parked, (
                        "all methods with passes over the checkpoint make the same number of them"
                    )
                    return None
                self._changed.wait()
        return None

    def _advance(self, at: int, total: NDArray[Any] | None) -> None:
        """Send a total to a tensor's method and take the work that follows."""
        run = self._runs[at]
        for item in run.advance(total):
            heapq.heappush(self._ready, (at, item))
        if run.empty_total is not None:
            self._totalled(at, run.empty_total)

    def _counted(self, at: int, item: Item, part: NDArray[Any]) -> None:
        total = self._runs[at].take_total(item, part)
        if total is not None:
            self._totalled(at, total)

    def _totalled(self, at: int, total: NDArray[Any]) -> None:
        """Use the total of one tensor: at once, or when those of all tensors are there."""
        request = self._runs[at].request
        assert isinstance(request, Pass)
        if request.scope == "tensor":
            self._advance(at, total)
            return
        assert at in self._across, (
            "a method that yields passes over the checkpoint says so: across_tensors=True"
        )
        if request.dtype is np.int64:  # in any order, so that no tensor's total is kept
            if self._shared is None:
                self._shared = total
            else:
                self._shared += total
                self._runs[at].give_back(total)
            total = np.empty(0)
        self._parked[at] = total
        if len(self._parked) < len(self._across):
            return
        whole = (
            self._shared
            if self._shared is not None
            else np.add.reduce([self._parked[one] for one in sorted(self._parked)])
        )
        self._parked, self._shared = {}, None
        for one in self._across:
            self._advance(one, whole)
