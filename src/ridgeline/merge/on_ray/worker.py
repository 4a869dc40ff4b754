"""What a worker of Ray does: one piece of work on one tensor, into the output's files, which the driver has prepared.

A task can be tried again at any time, on any machine: it says all that it needs, and writes the same bytes to the same place.
"""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, RidgelineError, StorageError
from ridgeline.core.version import __version__
from ridgeline.merge.journal import Written
from ridgeline.merge.kernels.backends import Backend, host_ops
from ridgeline.merge.method import Pass
from ridgeline.merge.plan import Plan
from ridgeline.merge.schedule import Schedule
from ridgeline.merge.tensor_run import Item, TensorRun
from ridgeline.merge.tensors.shards import ShardFiles
from ridgeline.merge.totals import Totals


class Refused(NamedTuple):
    """An error of ours, as it travels: what is wrong stays wrong, so that it is not tried again."""

    message: str
    slug: str
    asked: bool
    """The caller asked for something that cannot be; else a disk or a file did not do what was needed."""

    def error(self) -> RidgelineError:
        """Return the error to raise."""
        return (InputError if self.asked else StorageError)(self.message, self.slug)


@dataclass(frozen=True, slots=True)
class Job:
    """What all tasks of a merge share; sent once."""

    version: str
    plan: bytes
    """Pickled apart, so that models which are not where a worker looks are told of in our words."""
    folder: Path
    backend: Backend
    driver: str
    """Node of Ray on which the driver runs; empty where it runs on none."""


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work."""

    tensor: int
    """Place among the tensors of the plan."""
    item: Item
    totals: tuple[Any, ...]
    """References to the totals of the passes that are over, in order."""
    whole: bool
    """All passes and the kernel at once."""


class _Here:
    """A merge on this worker: plan, files and the tensor that it was at last."""

    def __init__(self, job: Job, node: str) -> None:
        if job.version != __version__:
            raise InputError(
                f"A worker of Ray has Ridgeline {__version__}, and the merge was started with {job.version}. Install the same"
                " version on all machines.",
                "merge-ray-version",
            )
        self.plan: Plan = pickle.loads(job.plan)  # noqa: S301 - from the driver, as the code that runs is
        self.files = ShardFiles(job.folder, self.plan.layout)
        self.files.join()
        self._ops = host_ops(job.backend, self.plan.elements)
        self._totals = Totals()
        self._away = node != job.driver
        self._tensor, self._seen = -1, 0
        self._run: TensorRun | None = None

    def _started(self, tensor: int) -> TensorRun:
        spec = self.plan.spec.tensors[tensor]
        place = self.plan.layout.places[spec.name]
        return TensorRun(spec, place, self.plan.spec.seed, (self._ops, self._ops), self._totals, {})

    def _at(self, task: Task) -> TensorRun:
        """Return the tensor's run where the driver's is: its method is sent the same totals again."""
        import ray

        if self._run is None or self._tensor != task.tensor or self._seen > len(task.totals):
            self._run, self._tensor, self._seen = self._started(task.tensor), task.tensor, 0
            self._run.advance(None)
        for reference in task.totals[self._seen :]:
            self._run.advance(np.array(ray.get(reference)))  # a copy: what Ray holds cannot be changed
            self._seen += 1
        return self._run

    def do(self, task: Task) -> NDArray[Any] | list[Written]:
        """Count, or merge and write."""
        run = self._started(task.tensor) if task.whole else self._at(task)
        if not task.whole and isinstance(run.request, Pass):
            return run.count(task.item)
        if task.whole:
            Schedule([run], self.files, lambda *_: None).run(1)
            written = [run.written[at] for at in range(*task.item)]
        else:
            written = run.merge(task.item, self.files)
        if self._away:  # the driver finds on the shared disk what the journal says is there
            self.files.flush(run.place)
        return written

    def close(self) -> None:
        """Close the files."""
        self.files.close()


class _Kept:
    """The merge that this process worked on last."""

    key = ""
    here: _Here | None = None


def work(key: str, job: Sequence[Any], task: Task) -> NDArray[Any] | list[Written] | Refused:
    """Do a piece of work in a process of Ray.

    Args:
        key: of the merge; plan and files are kept from one task to the next.
        job: one reference to a `Job`; in a sequence, so that Ray does not fetch it for every task.
        task: what to do.

    Returns:
        What a pass counted, or the blocks that are written, or why not.
    """
    import ray

    try:
        if _Kept.key != key or _Kept.here is None:
            if _Kept.here is not None:
                _Kept.here.close()
            _Kept.key, _Kept.here = "", None
            _Kept.here = _Here(ray.get(job[0]), ray.get_runtime_context().get_node_id())
            _Kept.key = key
        return _Kept.here.do(task)
    except RidgelineError as error:
        where = f" (on the machine {ray.util.get_node_ip_address()} of Ray)"
        hint = (
            " All machines need models and output at the same path."
            if isinstance(error, StorageError)
            else ""
        )
        return Refused(f"{error.message}{where}{hint}", error.slug, isinstance(error, InputError))
