"""Bring an index up to the logs, batch by batch."""

import sqlite3
import time
from typing import Final

from ridgeline.core.clock import Clock
from ridgeline.index import tails
from ridgeline.index.ingest import Intake, Taken
from ridgeline.index.live import Live
from ridgeline.index.schema import read_meta
from ridgeline.index.segments import Change, Watcher
from ridgeline.log.layout import Layout

# Others wait for the lock no longer than one batch takes.
BATCH_SECS: Final = 0.5
_LOOKS_TO_FOLD: Final = 20


class Writer:
    """Finds what is new and takes it in. One thread uses it; made anew after a failure or a change of the file."""

    def __init__(self, connection: sqlite3.Connection, layout: Layout, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._watcher = Watcher(connection, layout, clock)
        self._intake = Intake(connection, layout, clock)
        self._written = read_meta(connection).written
        self._changes: dict[str, Change] = {}  # the next one last
        self._old_tails: list[int] = []

    def look(self, live: Live) -> bool:
        """Look for what is new; tell whether there is work to do."""
        written = read_meta(self._connection).written
        if written != self._written:
            self._watcher.reload()
            self._written = written
        # Oldest first, so that an index that is built in one go numbers the runs in the order in which they began; but what
        # is found while it is built comes before what waits.
        found = self._watcher.look(live)
        for run_id in found.keys() & self._changes.keys():
            found[run_id] = found[run_id].with_earlier(self._changes.pop(run_id))
        self._changes |= sorted(found.items(), key=_age, reverse=True)
        now = self._clock.time()
        waiting = tails.sizes(self._connection)
        old = [size.rid for size in waiting if now - size.oldest >= tails.MAX_AGE_SECS]
        # Tails of the same age are spread over some looks: each takes 20 ms.
        self._old_tails = old[: 1 + len(waiting) // _LOOKS_TO_FOLD]
        return bool(self._changes or self._old_tails or self._watcher.unsaved())

    def size_bytes_left(self) -> int:
        """Return the size of the segments that wait, what was read of them before included."""
        return sum(sum(change.sizes.values()) for change in self._changes.values())

    def write(self, live: Live) -> bool:
        """Take in one batch, as one transaction; tell whether more is to be done. The lock of the index is held."""
        deadline = time.monotonic() + BATCH_SECS
        self._connection.execute("begin immediate")
        try:
            written = read_meta(self._connection).written + 1
            taken = Taken()
            while self._changes and time.monotonic() < deadline:
                run_id, change = self._changes.popitem()
                of_run = self._intake.take(run_id, change, live, written)
                taken.also(of_run)
                if of_run.unfinished:
                    self._changes[run_id] = change
            while self._old_tails and time.monotonic() < deadline:
                self._intake.fold_tail(self._old_tails.pop())
                taken.chunks = True
            self._intake.write_counts()
            self._note(written, taken)
            self._connection.execute("commit")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has ended it already
                self._connection.execute("rollback")
            raise
        self._written = written
        self._watcher.reload()
        return bool(self._changes or self._old_tails)

    def _note(self, written: int, taken: Taken) -> None:
        keys = ["written"]
        for key, changed in (
            ("answers", taken.answers),
            ("params", taken.params),
            ("chunks", taken.chunks),
            ("forgot", taken.forgot),
        ):
            if changed:
                keys.append(key)
        self._connection.executemany(
            "update meta set value = ? where key = ?", [(written, key) for key in keys]
        )
        if not self._changes:
            self._watcher.save()


def _age(item: tuple[str, Change]) -> tuple[str, str]:
    """Return what sorts runs by when they began."""
    run_id, change = item
    return min(change.sizes, default=""), run_id
