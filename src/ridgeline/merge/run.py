"""Carry a plan out: resume what an earlier start has written, merge the rest, and write the manifest."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ridgeline.core.errors import InputError, StorageError
from ridgeline.merge.blocks import cut
from ridgeline.merge.journal import Done, Journal, Written, read_journal, remove_journal
from ridgeline.merge.kernels.backends import device_ops, host_ops
from ridgeline.merge.manifest import MANIFEST, manifest_document
from ridgeline.merge.options import Options
from ridgeline.merge.plan import Plan
from ridgeline.merge.schedule import Schedule
from ridgeline.merge.tensor_run import Item, TensorRun
from ridgeline.merge.tensors.checkpoint import INDEX
from ridgeline.merge.tensors.shards import ShardFiles, write_whole
from ridgeline.merge.totals import Totals

if TYPE_CHECKING:
    from ridgeline.merge.on_ray.crew import Crew


@dataclass(frozen=True, slots=True)
class Merged:
    """A finished merge."""

    folder: Path
    tensors: int
    size_bytes: int
    resumed_bytes: int
    """Of these, what an earlier start had written."""
    nonfinite: dict[str, int]
    """Tensor → items that are NaN or infinite, where there are some."""


def run_plan(plan: Plan, folder: Path, options: Options | None = None) -> Merged:
    """Write the merged tensors into a folder, or go on where an earlier start of the same merge ended.

    Raises:
        InputError: the folder has another model, or a merged value is not finite.
        StorageError: a file cannot be read or written, or the disk is full.
    """
    options = options or Options()
    if options.ray is None:
        return _run(plan, folder, options, None)
    from ridgeline.merge.on_ray.crew import crew_on_ray

    with crew_on_ray(plan, folder, options) as crew:
        return _run(plan, folder, options, crew)


def _run(plan: Plan, folder: Path, options: Options, crew: "Crew | None") -> Merged:
    host = host_ops(options.backend, plan.elements)
    ops = device_ops(options.device) if options.device else host
    done = _prepare_folder(plan, folder, overwrite=options.overwrite)
    files = ShardFiles(folder, plan.layout)
    with ExitStack() as stack:
        stack.callback(files.close)
        written = _still_there(plan, files, done, files.prepare())
        journal = Journal(folder, plan.identity, written)
        stack.callback(journal.close)
        counter = _Counter(plan, journal, written, options)
        totals = Totals()
        if crew is None:
            runs = [
                TensorRun(
                    one,
                    plan.layout.places[one.name],
                    plan.spec.seed,
                    (host, ops),
                    totals,
                    written.setdefault(one.name, {}),
                )
                for one in plan.spec.tensors
            ]
        else:
            runs = crew.runs(written)
        Schedule(runs, files, counter.take).run(crew.in_flight if crew else options.thread_count)
        files.finish()
        manifest = json.dumps(manifest_document(plan, written), indent=1) + "\n"
        write_whole(folder / MANIFEST, manifest.encode())
    remove_journal(folder)
    return Merged(folder, len(runs), plan.layout.tensor_bytes, counter.resumed_bytes, counter.nonfinite())


def _prepare_folder(plan: Plan, folder: Path, *, overwrite: bool) -> Done:
    """Return what an earlier start of this merge wrote; make the folder, and see that no other model is in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder '{folder}' cannot be made ({error.strerror}). Give another one.",
            "merge-output-not-writable",
        ) from error
    done = read_journal(folder, plan.identity)
    others = sorted(path.name for path in folder.glob("*.safetensors"))
    if done is None and others and not overwrite:
        raise InputError(
            f"'{folder}' has a model already ({', '.join(others[:3])}). Give another folder, or say that it may be overwritten.",
            "merge-output-exists",
        )
    inputs = {path.resolve() for source in plan.spec.sources.values() for path in source.files}
    if any((folder / name).resolve() in inputs for name in [*others, *plan.layout.headers]):
        raise InputError(
            f"'{folder}' is the folder of one of the models to merge. Give another one.",
            "merge-output-is-input",
        )
    for name in (MANIFEST, INDEX, *(other for other in others if other not in plan.layout.headers)):
        (folder / name).unlink(missing_ok=True)
    if done is None:  # before the first file, so that whatever happens next is known to be ours
        Journal(folder, plan.identity, {}).close()
    return done or {}


def _still_there(plan: Plan, files: ShardFiles, done: Done, kept: set[str]) -> Done:
    """Return the blocks of an earlier start whose bytes have the hash that was noted; the others are merged again."""
    found: Done = {}
    for tensor in plan.spec.tensors:
        place, blocks = plan.layout.places[tensor.name], cut(tensor.shape)
        if place.file not in kept:
            continue
        for at, written in done.get(tensor.name, {}).items():
            if (
                at < blocks.blocks
                and hashlib.sha256(files.read(place, *blocks.span(at))).digest() == written.digest
            ):
                found.setdefault(tensor.name, {})[at] = written
    return found


class _Counter:
    """Note what is written, tell of it, and stop where a value is not finite."""

    def __init__(self, plan: Plan, journal: Journal, written: Done, options: Options) -> None:
        self._plan, self._journal, self._written, self._options = plan, journal, written, options
        self.resumed_bytes = 0
        for tensor in plan.spec.tensors:
            for at in written.get(tensor.name, {}):
                start, stop = cut(tensor.shape).span(at)
                self.resumed_bytes += (stop - start) * tensor.dtype.item_bytes
        self._bytes = self.resumed_bytes
        self._tell()

    def take(self, run: TensorRun, item: Item, written: Sequence[Written]) -> None:
        """Take blocks that a thread has written."""
        for at, block in zip(range(*item), written, strict=True):
            if block.nonfinite and self._options.nonfinite == "error":
                raise InputError(
                    f"{block.nonfinite:,} merged values of {run.spec.name!r} are NaN or infinite. Look for the model that has them;"
                    " to merge all the same and have them in the output, keep what is not finite.",
                    "merge-not-finite",
                )
            self._journal.add(run.spec.name, at, block)
            start, stop = run.cut.span(at)
            self._bytes += (stop - start) * run.place.dtype.item_bytes
        self._tell()

    def _tell(self) -> None:
        if self._options.on_progress:
            self._options.on_progress(self._bytes, self._plan.layout.tensor_bytes)

    def nonfinite(self) -> dict[str, int]:
        """Return how many items of each tensor are not finite, where some are."""
        counts = {
            name: sum(block.nonfinite for block in blocks.values()) for name, blocks in self._written.items()
        }
        return {name: count for name, count in sorted(counts.items()) if count}
