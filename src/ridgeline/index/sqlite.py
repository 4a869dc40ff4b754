"""The index on SQLite: a file beside the logs that anybody may delete."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.index.base import (
    ConsoleLine,
    Ints,
    MetricKey,
    ObjectCounts,
    ObjectEntry,
    ParamColumn,
    ParamPath,
    Points,
    RunColumns,
    SegmentInfo,
    SummaryColumns,
)
from ridgeline.index.content import console_lines, object_bytes
from ridgeline.index.file import DamagedError, IndexFile, failure, is_damage
from ridgeline.index.live import LiveMarkers
from ridgeline.index.location import UnusableError, index_folder, spare_folder
from ridgeline.index.reader import Reader
from ridgeline.index.writer import Writer
from ridgeline.log.layout import Layout
from ridgeline.log.run_state import RunState

T = TypeVar("T")
# A file that is damaged again right after it was rebuilt lies on a disk that does not hold.
_MAX_REBUILDS: Final = 2


class SqliteIndex:
    """An `Index` in a SQLite file that several processes share.

    Whoever refreshes holds the lock of the index for a batch and takes in what is new; who comes at the same time waits for the
    batch and then finds it done. Two connections: one writes, one reads, so that a thread reads while another refreshes.
    """

    def __init__(self, root: Path, clock: Clock = SYSTEM_CLOCK) -> None:
        self._layout = Layout(root)
        self._clock = clock
        self._file = IndexFile(index_folder(root))
        self._markers = LiveMarkers(self._layout, clock)
        self._live = self._markers.look()
        self._writing = threading.Lock()
        self._reading = threading.RLock()
        # Counted from the clock: a client that outlives a server finds its number changed.
        self._generation = clock.time_ns() // 1_000_000
        self._answers: object = None
        self._behind = False
        self._writer: Writer | None = None
        try:
            with self._file.locked():
                self._open()
        except UnusableError as error:
            self._file = IndexFile(spare_folder(root, self._file.path.parent, error))
            with self._file.locked():
                self._open()

    def refresh(self, *, limit_secs: float = math.inf) -> int:
        with self._writing:
            take_in = partial(self._take_in, time.monotonic() + limit_secs)
            try:
                self._healed(take_in)
            except UnusableError as error:
                self._move(error)
                self._healed(take_in)
            with self._reading:
                answers = self._identity, self._reader.answers(), self._live.segments
            if answers != self._answers:
                self._answers = answers
                self._generation += 1
            return self._generation

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def behind(self) -> bool:
        return self._behind

    def n_runs(self) -> int:
        return self._read(Reader.n_runs)

    def close(self) -> None:
        with self._writing, self._reading:
            self._reader.close()
            self._connection.close()

    def __del__(self) -> None:
        # A notebook's Repo is seldom closed; Python 3.13 warns of a connection that is left to the collector.
        if hasattr(self, "_reader"):
            self.close()

    def runs(self, *, include_deleted: bool = False) -> RunColumns:
        return self._read(lambda reader: reader.runs(self._live.runs, include_deleted=include_deleted))

    def state(self, rid: int) -> RunState:
        return self._read(lambda reader: reader.state(rid))

    def segments(self, rid: int) -> list[SegmentInfo]:
        return self._read(lambda reader: reader.segments(rid, self._live.segments))

    def param_paths(self) -> list[ParamPath]:
        return self._read(Reader.param_paths)

    def param(self, path: str) -> ParamColumn:
        return self._read(lambda reader: reader.param(path))

    def metrics(self, rid: int | None = None) -> list[MetricKey]:
        return self._read(lambda reader: reader.metrics(rid))

    def summaries(self, mids: Sequence[int], rids: Ints | None = None) -> SummaryColumns:
        return self._read(lambda reader: reader.summaries(mids, rids))

    def points(self, mid: int, rids: Ints | None = None) -> Points:
        found = self._read(lambda reader: reader.points(mid, rids))
        return replace(found, on_damage=self._fail_and_heal)

    def objects(self, mids: Sequence[int], rids: Ints) -> list[ObjectEntry]:
        return self._read(lambda reader: reader.objects(mids, rids))

    def object_counts(self, mids: Sequence[int]) -> ObjectCounts:
        return self._read(lambda reader: reader.object_counts(mids))

    def object_at(self, rid: int, segment: str, offset: int) -> ObjectEntry | None:
        return self._read(lambda reader: reader.object_at(rid, segment, offset))

    def object_bytes(self, entry: ObjectEntry) -> bytes:
        run_id = self._read(lambda reader: reader.run_id(entry.rid))
        return object_bytes(self._layout, run_id, entry)

    def console(self, rid: int, *, after: int = 0, limit: int | None = None) -> list[ConsoleLine]:
        run_id, frames = self._read(lambda reader: reader.console(rid))
        return console_lines(self._layout, run_id, frames, after, limit)

    def _read(self, ask: Callable[[Reader], T]) -> T:
        def answer() -> T:
            with self._reading:
                return ask(self._reader)

        try:
            return answer()
        except (sqlite3.DatabaseError, DamagedError) as error:
            if not is_damage(error):
                raise failure(self._file.path, error) from error
        with self._writing:
            self._rebuild()
            self._healed(self._take_in)
        return answer()

    def _healed(self, act: Callable[[], None]) -> None:
        """Act; with an index that is damaged, throw it away and act again."""
        for attempt in range(_MAX_REBUILDS + 1):
            try:
                act()
            except (sqlite3.DatabaseError, DamagedError) as error:
                if attempt == _MAX_REBUILDS or not is_damage(error):
                    self._writer = None
                    raise failure(self._file.path, error) from error
                self._rebuild()
            except BaseException:
                # What it remembers of the logs is ahead of what was taken in.
                self._writer = None
                raise
            else:
                return

    def _take_in(self, until: float = math.inf) -> None:
        if self._file.identity() != self._identity:
            self._reopen()
        self._live = live = self._markers.look()
        writer = self._ready_writer()
        more = writer.look(live)
        while more:
            with self._file.locked():
                is_ours = self._file.identity() == self._identity
                if is_ours:
                    more = writer.write(live)
            if not is_ours:
                self._reopen()
                writer = self._ready_writer()
                more = writer.look(live)
            if time.monotonic() > until:
                break
        self._behind = more

    def _ready_writer(self) -> Writer:
        if self._writer is None:
            self._writer = Writer(self._connection, self._layout, self._clock)
        return self._writer

    def _reopen(self) -> None:
        """Go over to the file that is there now, a new one if there is none."""
        with self._file.locked():
            self._close_and_open()

    def _rebuild(self) -> None:
        """Throw the index away, unless another process has done so, and begin with an empty one."""
        with self._file.locked():
            if self._file.identity() == self._identity:
                self._file.discard()
            self._close_and_open()

    def _close_and_open(self) -> None:
        with self._reading:
            self._reader.close()
            self._connection.close()
            self._open()

    def _move(self, error: UnusableError) -> None:
        """Go over to an index in another place: this one gets no further, and what it says grows old."""
        elsewhere = IndexFile(spare_folder(self._layout.root, self._file.path.parent, error))
        with elsewhere.locked(), self._reading:
            connections = elsewhere.open(), elsewhere.open()
            self._reader.close()
            self._connection.close()
            self._file = elsewhere
            self._use(*connections)

    def _open(self) -> None:
        self._use(self._file.open(), self._file.open())

    def _use(self, connection: sqlite3.Connection, for_reading: sqlite3.Connection) -> None:
        self._connection = connection
        self._reader = Reader(for_reading)
        self._identity = self._file.identity()
        self._writer = None

    def _fail_and_heal(self, error: DamagedError) -> NoReturn:
        """Rebuild, and do not answer: in the new index the numbers that were asked with may mean other runs and metrics."""
        with self._writing:
            self._rebuild()
            self._healed(self._take_in)
        message = f"The index {str(self._file.path)!r} was damaged: {error}. It is whole again; ask again."
        raise StorageError(message, "index-damaged") from error


def open_index(root: Path) -> SqliteIndex:
    """Open the index of the repo at `root`, as far as it was taken in; refresh() brings it up to the logs."""
    return SqliteIndex(root)
