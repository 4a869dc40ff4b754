"""The driver's side: tensors whose work is done by tasks of Ray, under the same scheduler as on threads.

The scheduler has as many threads as tasks may be in flight; each waits for its task. So the number of totals and of blocks
on their way is bounded, and journal, resume and the order of sums are those of a merge on this machine.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, RidgelineError, StorageError
from ridgeline.core.version import __version__
from ridgeline.merge.journal import Done, Written
from ridgeline.merge.kernels.backends import host_ops
from ridgeline.merge.method import Pass
from ridgeline.merge.on_ray.cluster import cluster, driver_node, processors_of_ray
from ridgeline.merge.on_ray.worker import Job, Refused, Task, work
from ridgeline.merge.options import Options
from ridgeline.merge.plan import Plan
from ridgeline.merge.tensor_run import Item, TensorRun
from ridgeline.merge.tensors.shards import ShardFiles
from ridgeline.merge.totals import Totals

_RETRIES = 5
_AHEAD = 2
"""Tasks in flight for each processor: one that runs, one whose message is on its way."""


class Crew:
    """The workers of a merge."""

    def __init__(self, plan: Plan, folder: Path, options: Options, node: str) -> None:
        import ray
        from ray import cloudpickle

        assert options.ray is not None, "asked for"
        self._plan = plan
        self._ops = host_ops("numpy")
        processors = processors_of_ray()
        self.in_flight = _AHEAD * min(processors, options.threads or processors)
        self._work = ray.remote(max_retries=_RETRIES)(work)
        self._key = uuid.uuid4().hex
        packed = cloudpickle.dumps(plan)
        self._job = ray.put(Job(__version__, packed, folder.resolve(), options.backend, node))
        self._shared: tuple[NDArray[Any], Any] | None = None

    def runs(self, written: Done) -> list[TensorRun]:
        """Return the tensors, with what is written of each."""
        totals = Totals()
        return [
            _RemoteRun(self, at, self._plan, (self._ops, totals), written.setdefault(spec.name, {}))
            for at, spec in enumerate(self._plan.spec.tensors)
        ]

    def share(self, total: NDArray[Any], *, once: bool) -> Any:
        """Put a total where workers find it, `once` for one that all tensors are sent.

        Called by the scheduler, which holds its lock.
        """
        import ray

        if once and self._shared is not None and self._shared[0] is total:
            return self._shared[1]
        reference = ray.put(total)
        if once:
            self._shared = (total, reference)
        return reference

    def do(self, task: Task) -> Any:
        """Have a task done and wait for it.

        Raises:
            StorageError: workers end again and again, or a file cannot be read or written there.
            InputError: a worker has another version of Ridgeline.
        """
        import ray
        from ray.exceptions import RayError

        try:
            found = ray.get(self._work.remote(self._key, [self._job], task))
        except RayError as error:
            raise _lost(error) from error
        if isinstance(found, Refused):
            raise found.error()
        return found


class _RemoteRun(TensorRun):
    """A tensor whose passes and kernel run elsewhere."""

    def __init__(
        self, crew: Crew, at: int, plan: Plan, tools: tuple[Any, Totals], written: dict[int, Written]
    ) -> None:
        spec = plan.spec.tensors[at]
        ops, totals = tools
        super().__init__(spec, plan.layout.places[spec.name], plan.spec.seed, (ops, ops), totals, written)
        self._crew, self._at = crew, at
        across = spec.method is not None and spec.method.across_tensors
        self._whole = self.cut.blocks == 1 and not across
        self._sent: list[Any] = []

    def advance(self, total: NDArray[Any] | None) -> list[Item]:
        if (
            self._whole
        ):  # one task for all of it: for small tensors the totals are larger than what they are of
            self._steps = None
        elif total is not None:
            assert isinstance(self.request, Pass), "only a pass has a total"
            self._sent.append(self._crew.share(total, once=self.request.scope == "checkpoint"))
        return super().advance(None if self._whole else total)

    def take_written(self, item: Item, written: Sequence[Written]) -> None:
        super().take_written(item, written)
        if not self._left:
            self._sent.clear()

    def count(self, item: Item) -> NDArray[Any]:
        return np.array(self._do(item))  # a copy: what Ray holds cannot be added to

    def merge(self, item: Item, _: ShardFiles) -> list[Written]:
        return [Written(*one) for one in self._do(item)]

    def _do(self, item: Item) -> Any:
        return self._crew.do(Task(self._at, item, tuple(self._sent), self._whole))


@contextmanager
def crew_on_ray(plan: Plan, folder: Path, options: Options) -> Iterator[Crew]:
    """Connect to Ray and send the plan.

    Raises:
        InputError: Ray is not installed, or options do not go together.
        StorageError: no Ray answers at the address.
    """
    assert options.ray is not None, "asked for"
    if options.device:
        raise InputError(
            f"A merge runs on Ray or on the device {options.device!r}, not on both. Leave one of them out.",
            "merge-ray-device",
        )
    with cluster(options.ray, options.thread_count):
        yield Crew(plan, folder, options, driver_node(options.ray))


def _lost(error: Exception) -> RidgelineError:
    said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
    return StorageError(
        f"Ray did not get a task done ({type(error).__name__}: {said}). All machines need Python, Ray and Ridgeline of the"
        " same versions, and memory for the task. Start the same merge again: it goes on with what is missing.",
        "merge-ray-failed",
    )
