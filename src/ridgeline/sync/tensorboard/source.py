"""A log folder of TensorBoard as a source: each folder in it that holds event files is a run."""

import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from ridgeline.core.clock import SYSTEM_CLOCK
from ridgeline.core.errors import InputError, NotFoundError, StorageError
from ridgeline.core.values import Json
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import nest
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceObject, SourceRun, SourceSeries, SourceStatus
from ridgeline.sync.tensorboard.event_file import PART_BYTES, EventFile, Part
from ridgeline.sync.tensorboard.events import Batch, EventReader

# A folder that was written to within this time goes on, unless it says how it ended.
FRESH_SECS = 600.0
_ID_DIGITS = 16


class Now(Protocol):
    """What tells the time."""

    def time(self) -> float:
        """Return seconds since the epoch, UTC."""


@dataclass(slots=True)
class _Folder:
    """A run: what was read of its files so far."""

    path: Path
    name: str
    reader: EventReader = field(default_factory=EventReader)
    files: dict[str, EventFile] = field(default_factory=dict)
    first_time: float = float("inf")
    last_time: float = float("-inf")
    mark: str = ""
    is_fresh: bool = False


class TensorboardSource:
    """The runs below a log folder, each file read on from where the last pass left off."""

    def __init__(
        self,
        logdir: Path,
        patterns: ContextPatterns,
        *,
        live: bool,
        clock: Now = SYSTEM_CLOCK,
        part_bytes: int = PART_BYTES,
    ) -> None:
        """Look at a folder.

        Args:
            logdir: What `tensorboard --logdir` is given.
            patterns: Split tags into a metric and a context.
            live: Show runs as running whose files are still written to.
            clock: Tells the time.
            part_bytes: So many bytes are read at once.

        Raises:
            InputError: It is not there, or no event file is in it.
        """
        self._root = logdir.expanduser().resolve()
        self._patterns = patterns
        self._live = live
        self._clock = clock
        self._part_bytes = part_bytes
        self._folders: dict[str, _Folder] = {}
        if not self._root.is_dir():
            message = f"There is no folder {str(logdir)!r}. Give what tensorboard --logdir is given."
            raise InputError(message, "logdir-not-found")
        if not live and not any(True for _ in _event_files(self._root)):
            message = f"There is no event file (…tfevents…) in {str(logdir)!r} or below it."
            raise InputError(message, "logdir-empty")

    def close(self) -> None:
        """Nothing is held open."""

    def listed(self) -> dict[str, str]:
        """Return the ids of runs with their marks."""
        found: dict[Path, list[tuple[str, int, float]]] = {}
        for path in _event_files(self._root):
            try:
                stat = path.stat()
            except OSError:  # removed since
                continue
            found.setdefault(path.parent, []).append((path.name, stat.st_size, stat.st_mtime))
        return {
            self._look_at(path, sorted(files)): self._folders[_run_id(path)].mark
            for path, files in found.items()
        }

    def _look_at(self, path: Path, files: Sequence[tuple[str, int, float]]) -> str:
        """Note what files a folder has and return the id of its run."""
        run_id = _run_id(path)
        folder = self._folders.get(run_id)
        if folder is None:
            inside = path.relative_to(self._root).as_posix()
            folder = self._folders[run_id] = _Folder(path, self._root.name if inside == "." else inside)
        newest = max(written for _, _, written in files)
        folder.is_fresh = self._live and self._clock.time() - newest < FRESH_SECS
        sizes = [(name, size) for name, size, _ in files]
        folder.mark = mark_of(sizes, folder.is_fresh, self._patterns.patterns)
        for name, _ in sizes:
            folder.files.setdefault(name, EventFile(path / name))
        return run_id

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Yield what is new in the files of a run, in parts; what is torn or damaged is told of when the rest is read.

        Raises:
            StorageError: A file cannot be read, or not all of it.
        """
        folder = self._folders.get(run_id)
        if folder is None:
            raise NotFoundError(f"There is no run {run_id!r} in {str(self._root)!r}.", "run-not-found")
        problems: list[str] = []
        held: list[Part] = []
        for name in sorted(folder.files):
            file = folder.files[name]
            for part in file.parts(folder.reader, self._part_bytes):
                if sum(one.size_bytes for one in held) + part.size_bytes > self._part_bytes:
                    yield self._run(run_id, folder, held, is_last=False)
                    _keep(held)
                    held = []
                held.append(part)
            problems += file.problems(self._clock.time())
        # The last part says how the run ended.
        yield self._run(run_id, folder, held, is_last=True, is_whole=not problems)
        _keep(held)
        if problems:
            raise StorageError(f"{' '.join(problems)} All else of the run is there.", "events-damaged")

    def _run(
        self, run_id: str, folder: _Folder, parts: Sequence[Part], *, is_last: bool, is_whole: bool = False
    ) -> SourceRun:
        batches = [part.batch for part in parts]
        session = folder.reader.session
        folder.first_time = min([folder.first_time, *(batch.first_time for batch in batches)])
        folder.last_time = max([folder.last_time, *(batch.last_time for batch in batches)])
        created = folder.first_time if math.isfinite(folder.first_time) else 0.0
        return SourceRun(
            id=run_id,
            source=f"tensorboard {folder.path}",
            name=folder.name,
            experiment=self._root.name,
            created=session.started or created,
            ended=session.ended or max(folder.last_time, created),
            status=_status(folder, is_last=is_last),
            user="",
            params=_params(folder),
            env={"logdir": str(folder.path)},
            series=tuple(self._series(batches)),
            objects=tuple(self._objects(batches)),
            mark=folder.mark if is_whole else None,
        )

    def _series(self, batches: Sequence[Batch]) -> Iterator[SourceSeries]:
        for tag in dict.fromkeys(tag for batch in batches for tag in batch.points):
            name, context = self._patterns.split(tag)
            found = [one for batch in batches for one in batch.points.get(tag, ())]
            step, times, value = (np.concatenate(columns) for columns in zip(*found, strict=True))
            yield SourceSeries(name, context, step, times, value)

    def _objects(self, batches: Sequence[Batch]) -> Iterator[SourceObject]:
        for one in (one for batch in batches for one in batch.objects):
            name, context = self._patterns.split(one.tag)
            mime, data, meta = one.found.encoded
            yield SourceObject(name, context, one.found.kind, one.step, one.time, mime, data, meta)


def _keep(parts: Sequence[Part]) -> None:
    """Read on behind parts that stand in the repository."""
    for part in parts:
        part.file.kept = part.end


def _status(folder: _Folder, *, is_last: bool) -> SourceStatus:
    """Return how a run ended, as far as its files say: few do."""
    said = folder.reader.session.status
    if not is_last:
        return "running"
    if said in ("finished", "failed"):
        return said
    return "running" if folder.is_fresh else "finished"


def _params(folder: _Folder) -> dict[str, Json]:
    session = folder.reader.session
    group: dict[str, Json] = {"tensorboard": {"group": session.group}} if session.group else {}
    return {**nest(session.params.items()), **group}


def _run_id(path: Path) -> str:
    """Return the id of the run in a folder: the same as long as the folder stays where it is."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:_ID_DIGITS]


def _event_files(root: Path) -> Iterator[Path]:
    """Yield the event files in a folder and below, through links, but through none twice."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        stat = Path(folder).stat()
        if (stat.st_dev, stat.st_ino) in seen:
            folders.clear()
            continue
        seen.add((stat.st_dev, stat.st_ino))
        folders.sort()
        yield from (
            Path(folder, name)
            for name in sorted(names)
            if "tfevents" in name and not name.endswith(".profile-empty")
        )
