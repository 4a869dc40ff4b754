"""Find the segments that are new or have grown, without looking at those of 100,000 finished runs.

Three things are looked at each time: the folders in runs/, at most 256, whose mtime moves when a run comes or goes and
when a segment is added to one (SegmentWriter touches the folder); the segments that are not settled; the live markers.
Within a folder that moved, the mtimes of its runs are compared, and only a run that moved is listed. An mtime says nothing about
what happened within its own tick, so a folder that moved less than SURE_NS ago is looked into again.

Files that something else brings in (rsync of a repo) may move none of these. A slow sweep over all runs finds them.
"""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
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
    """A run to look at: the sizes of the segments to look at, all of them when `complete`, none when it is gone."""

    folder: str
    sizes: dict[str, int] = field(default_factory=dict)
    complete: bool = False
    mtime_ns: int = 0  # of its folder; 0: not known or not sure


@dataclass(slots=True)
class _Look:
    mtime_ns: int
    sure: bool

    def same(self, mtime_ns: int) -> bool:
        return self.sure and self.mtime_ns == mtime_ns


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
        self._clock = clock
        rows = connection.execute("select name, mtime_ns from folder")
        self._folders = {name: _Look(mtime_ns, sure=mtime_ns > 0) for name, mtime_ns in rows}
        self._root = _Look(0, sure=False)
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
        """Return the runs to look at, by id."""
        changes: dict[str, Change] = {}
        self._look_at_folders(changes)
        self._look_at_open(changes, live)
        for run_id, change in next(self._sweeper):
            changes.setdefault(run_id, change)
        return changes

    def trusted_folders(self) -> list[tuple[str, int]]:
        """Return name and mtime of the folders whose look can be trusted by the next process."""
        return [(name, look.mtime_ns) for name, look in self._folders.items() if look.sure]

    def _look_at_folders(self, changes: dict[str, Change]) -> None:
        runs = self._layout.runs
        now_ns = self._clock.time_ns()
        mtime_ns = _mtime_ns(runs)
        if not self._root.same(mtime_ns):
            self._root = _Look(mtime_ns, _is_sure(mtime_ns, now_ns))
            there = set(_names(runs))
            for name in there - self._folders.keys():
                self._folders[name] = _Look(0, sure=False)
            gone = self._folders.keys() - there
        else:
            gone = set()
        for name in sorted(self._folders):
            mtime_ns = _mtime_ns(runs / name)
            if name in gone or not self._folders[name].same(mtime_ns):
                self._folders[name] = _Look(mtime_ns, _is_sure(mtime_ns, now_ns))
                self._look_into(name, now_ns, changes)
        for name in gone:
            del self._folders[name]

    def _look_into(self, folder: str, now_ns: int, changes: dict[str, Change]) -> None:
        known = self._runs.get(folder)
        if known is None:
            rows = self._connection.execute("select id, mtime_ns from run where folder = ?", (folder,))
            known = {run_id: _Look(mtime_ns, sure=mtime_ns > 0) for run_id, mtime_ns in rows}
        there: dict[str, _Look] = {}
        for run_id in _names(self._layout.runs / folder):
            path = self._layout.runs / folder / run_id
            mtime_ns = _mtime_ns(path)
            look = known.get(run_id)
            if look is None or not look.same(mtime_ns):
                look = _Look(mtime_ns, _is_sure(mtime_ns, now_ns))
                changes[run_id] = Change(folder, segment_sizes(path), True, mtime_ns if look.sure else 0)
            there[run_id] = look
        for run_id in known.keys() - there.keys():
            changes[run_id] = Change(folder, complete=True)
        self._runs[folder] = there

    def _look_at_open(self, changes: dict[str, Change], live: Live) -> None:
        now = self._clock.time()
        for (run_id, seg), known in self._open.items():
            path = self._layout.runs / known.folder / run_id / (seg + SUFFIX)
            try:
                stat = path.stat()
            except OSError:  # its folder has moved, too
                continue
            is_live = (run_id, seg) in live.segments
            may_settle = not is_live and now - stat.st_mtime > SETTLED_SECS
            if stat.st_size != known.size_bytes or (is_live and known.torn) or may_settle:
                changes.setdefault(run_id, Change(known.folder)).sizes[seg] = stat.st_size
        for run_id, seg in live.segments - self._open.keys():
            path = self._layout.segment(run_id, seg)
            folder = path.parent.parent.name
            with_size = _size(path)
            if with_size is not None:
                changes.setdefault(run_id, Change(folder)).sizes[seg] = with_size

    def _sweep(self) -> Iterator[list[tuple[str, Change]]]:
        """Yield, some runs at a time and round and round, those whose files are not as the index says."""
        found: list[tuple[str, Change]] = []
        while True:
            n_seen = 0
            for folder in sorted(self._folders):
                for run_id, change in self._differing(folder):
                    if change is not None:
                        found.append((run_id, change))
                    n_seen += 1
                    if n_seen % _SWEEP_RUNS == 0:
                        yield found
                        found = []
            if n_seen % _SWEEP_RUNS or n_seen == 0:
                yield found
                found = []

    def _differing(self, folder: str) -> Iterator[tuple[str, Change | None]]:
        indexed: dict[str, dict[str, int]] = {}
        for run_id, seg, size_bytes in self._connection.execute(
            "select run.id, segment.id, size_bytes from run join segment using (rid) where folder = ?",
            (folder,),
        ).fetchall():
            indexed.setdefault(run_id, {})[seg] = size_bytes
        for run_id in _names(self._layout.runs / folder):
            sizes = segment_sizes(self._layout.runs / folder / run_id)
            yield run_id, None if sizes == indexed.get(run_id, {}) else Change(folder, sizes, complete=True)


def _is_sure(mtime_ns: int, now_ns: int) -> bool:
    return mtime_ns < now_ns - SURE_NS


def _mtime_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _names(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - 3x iterdir's speed
    except (FileNotFoundError, NotADirectoryError):
        return []


def segment_sizes(folder: Path) -> dict[str, int]:
    """Return the size of each segment in the folder of a run."""
    found: dict[str, int] = {}
    for name in _names(folder):
        size = _size(folder / name) if name.endswith(SUFFIX) else None
        if size is not None:
            found[name.removesuffix(SUFFIX)] = size
    return found
