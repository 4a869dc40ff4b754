"""Find the segments that are new or have grown, without a look at those of 100,000 finished runs.

Three things are looked at each time: the folders in runs/, at most 256, whose mtime moves when a run comes or goes and
when a segment is added to one (SegmentWriter touches the folder); the segments that are not settled; the live markers.
Within a folder that moved, the mtimes of its runs are compared, and only runs that moved are listed. An mtime says nothing
about what happens within its own tick, so what moved less than SURE_NS ago is looked into again.

Files that something else brings in (rsync of a repo) may move none of these. A slow sweep over all runs finds them.
"""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ridgeline.core.clock import Clock
from ridgeline.index.live import Live
from ridgeline.index.segment_log import SETTLED_SECS
from ridgeline.log.layout import SUFFIX, Layout

# Coarser than the tick of any file system in use: 4 ms for ext4, 2 s for exFAT.
SURE_NS: Final = 2_000_000_000
_SWEEP_RUNS: Final = 32


@dataclass(slots=True)
class Change:
    """A run to look at: its segments that have changed and their sizes, or all of them when `complete`."""

    folder: str
    sizes: dict[str, int] = field(default_factory=dict)
    complete: bool = False

    def with_earlier(self, earlier: "Change") -> "Change":
        """Return both as one; sizes of this one count where both have them."""
        return Change(self.folder, earlier.sizes | self.sizes, self.complete or earlier.complete)


@dataclass(slots=True)
class _Look:
    """How a folder looked. A time of 0 says that it was looked at too soon after it moved, or never."""

    mtime_ns: int = 0
    sizes: dict[str, int] = field(default_factory=dict)  # of the segments, when the folder is that of a run


@dataclass(slots=True)
class _Open:
    """A segment that is not settled."""

    folder: str
    size_bytes: int
    torn: bool


class Watcher:
    """Remembers how the folders looked, and says what has changed since. Starts from what the index remembers."""

    def __init__(self, connection: sqlite3.Connection, layout: Layout, clock: Clock) -> None:
        self._connection = connection
        self._layout = layout
        self._runs_folder = str(layout.runs)
        self._clock = clock
        self._root = _Look()
        self._saved: dict[str, int] = dict(connection.execute("select name, mtime_ns from folder").fetchall())
        self._folders = {name: _Look(mtime_ns) for name, mtime_ns in self._saved.items()}
        self._runs: dict[str, dict[str, _Look]] = {}
        self._open: dict[tuple[str, str], _Open] = {}
        self._sweeper = self._sweep()
        self.reload()

    def reload(self) -> None:
        """Take over which segments are not settled, after this or another process has written to the index."""
        rows = self._connection.execute(
            "select run.id, segment.id, run.folder, size_bytes, size_bytes > read_bytes"
            " from segment join run using (rid) where settled = 0"
        )
        self._open = {
            (run_id, seg): _Open(folder, size, bool(torn)) for run_id, seg, folder, size, torn in rows
        }

    def look(self, live: Live) -> dict[str, Change]:
        """Return the runs that have changed, by id."""
        changes: dict[str, Change] = {}
        self._look_at_folders(changes)
        self._look_at_open(changes, live)
        for run_id, change in next(self._sweeper):
            changes.setdefault(run_id, change)
        return changes

    def unsaved(self) -> list[tuple[str, int]]:
        """Return name and mtime of the folders that the next process need not look into, and that it does not know."""
        return [
            (name, look.mtime_ns)
            for name, look in self._folders.items()
            if look.mtime_ns and look.mtime_ns != self._saved.get(name)
        ]

    def save(self) -> None:
        """Write these into the table."""
        rows = self.unsaved()
        self._connection.executemany("insert or replace into folder values (?, ?)", rows)
        self._saved.update(rows)

    def _look_at_folders(self, changes: dict[str, Change]) -> None:
        now_ns = self._clock.time_ns()
        mtime_ns = _mtime_ns(self._runs_folder)
        gone: set[str] = set()
        if self._root.mtime_ns != mtime_ns or not mtime_ns:
            self._root.mtime_ns = _trusted(mtime_ns, now_ns)
            there = set(_names(self._runs_folder))
            gone = self._folders.keys() - there
            self._folders.update((name, _Look()) for name in there - self._folders.keys())
        for name, look in self._folders.items():
            mtime_ns = _mtime_ns(f"{self._runs_folder}/{name}")
            if look.mtime_ns != mtime_ns or not mtime_ns:
                look.mtime_ns = _trusted(mtime_ns, now_ns)
                self._look_into(name, now_ns, changes)
        for name in gone:
            del self._folders[name]

    def _look_into(self, folder: str, now_ns: int, changes: dict[str, Change]) -> None:
        """Find what has changed in one of the folders of runs/."""
        known = self._runs.get(folder)
        if known is None:
            known = {run_id: _Look(0, sizes) for run_id, sizes in self._indexed(folder).items()}
        there: dict[str, _Look] = {}
        for run_id in _names(f"{self._runs_folder}/{folder}"):
            path = f"{self._runs_folder}/{folder}/{run_id}"
            mtime_ns = _mtime_ns(path)
            look = known.get(run_id)
            if look is None or look.mtime_ns != mtime_ns:
                before = {} if look is None else look.sizes
                look = _Look(_trusted(mtime_ns, now_ns), segment_sizes(path))
                if look.sizes.keys() != before.keys():
                    changes[run_id] = Change(folder, look.sizes, complete=True)
            there[run_id] = look
        for run_id in known.keys() - there.keys():
            changes[run_id] = Change(folder, complete=True)
        self._runs[folder] = there

    def _look_at_open(self, changes: dict[str, Change], live: Live) -> None:
        now = self._clock.time()
        for (run_id, seg), known in self._open.items():
            path = f"{self._runs_folder}/{known.folder}/{run_id}/{seg}{SUFFIX}"
            try:
                stat = os.stat(path)  # noqa: PTH116 - looked at four times a second
            except OSError:  # its folder has moved, too
                continue
            is_live = (run_id, seg) in live.segments
            may_settle = not is_live and now - stat.st_mtime > SETTLED_SECS
            if stat.st_size != known.size_bytes or (is_live and known.torn) or may_settle:
                changes.setdefault(run_id, Change(known.folder)).sizes[seg] = stat.st_size
        for run_id, seg in live.segments - self._open.keys():
            path = str(self._layout.segment(run_id, seg))
            size_bytes = _size(path)
            if size_bytes is not None and not self._is_read(run_id, seg, size_bytes):
                folder = self._layout.run_folder(run_id).parent.name
                changes.setdefault(run_id, Change(folder)).sizes[seg] = size_bytes

    def _is_read(self, run_id: str, seg: str, size_bytes: int) -> bool:
        sql = "select 1 from segment join run using (rid) where run.id = ? and segment.id = ? and size_bytes = ?"
        return self._connection.execute(sql, (run_id, seg, size_bytes)).fetchone() is not None

    def _sweep(self) -> Iterator[list[tuple[str, Change]]]:
        """Yield, some runs at a time and round and round, those whose files are not as the index says."""
        found: list[tuple[str, Change]] = []
        while True:
            n_seen = 0
            for folder in sorted(self._folders):
                indexed = self._indexed(folder)
                for run_id in _names(f"{self._runs_folder}/{folder}"):
                    sizes = segment_sizes(f"{self._runs_folder}/{folder}/{run_id}")
                    if sizes != indexed.get(run_id, {}):
                        found.append((run_id, Change(folder, sizes, complete=True)))
                    n_seen += 1
                    if n_seen % _SWEEP_RUNS == 0:
                        yield found
                        found = []
            if n_seen % _SWEEP_RUNS or n_seen == 0:
                yield found
                found = []

    def _indexed(self, folder: str) -> dict[str, dict[str, int]]:
        """Return the sizes of the segments as the index knows them, by run."""
        indexed: dict[str, dict[str, int]] = {}
        sql = "select run.id, segment.id, size_bytes from run join segment using (rid) where folder = ?"
        for run_id, seg, size_bytes in self._connection.execute(sql, (folder,)).fetchall():
            indexed.setdefault(run_id, {})[seg] = size_bytes
        return indexed


def _trusted(mtime_ns: int, now_ns: int) -> int:
    """Return an mtime that the next one can be compared with, else 0."""
    return mtime_ns if mtime_ns < now_ns - SURE_NS else 0


def _mtime_ns(path: str) -> int:
    """Return the mtime of a folder; 0, which equals none, when it is not there."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - looked at four times a second
    except OSError:
        return 0


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - looked at four times a second
    except OSError:
        return None


def _names(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - 3x iterdir's speed
    except OSError:  # gone, no folder, or not ours to read
        return []


def segment_sizes(folder: str) -> dict[str, int]:
    """Return the size of each segment in the folder of a run."""
    found: dict[str, int] = {}
    for name in _names(folder):
        size = _size(f"{folder}/{name}") if name.endswith(SUFFIX) else None
        if size is not None:
            found[name.removesuffix(SUFFIX)] = size
    return found
