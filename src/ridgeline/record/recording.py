"""One run as this process records it: what the public `Run`, the captures and the end of the process work on."""

import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.core.version import __version__
from ridgeline.log.console import ConsoleText
from ridgeline.log.events import EndEvent, EndStatus, EnvEvent, Event, RunEvent, SeriesEvent, TagEvent
from ridgeline.log.layout import Layout
from ridgeline.record import lifetime
from ridgeline.record.boundary import Boundary
from ridgeline.record.buffer import EVENT_SIZE_BYTES, NO_ROOM, ROOM_SECS, Buffer, TrackedPoint
from ridgeline.record.capture.captures import Captures
from ridgeline.record.capture.options import Capture
from ridgeline.record.capture.user import user_name
from ridgeline.record.plan import Plan
from ridgeline.record.series import Series, SeriesTable
from ridgeline.record.writer import Writer

if TYPE_CHECKING:
    from ridgeline.record.resume import Earlier

_NO_ROOM_FOR_EVENTS = "The log cannot be written and the queue is full"


class Recording:
    """Holds the buffer, the series and the writer of one run in one process.

    A fork's child records into a segment of its own, which it opens on its first write; the parent's is left alone.

    Attributes:
        hot: by the type of the value, series by what the hot path looks them up with; emptied whenever that path must be
            left.
        plans: the same for dicts of floats.
        known: series of any kind by what they were last asked for with.
        left_as: how the run ends when nobody closes it, and the process ends well.
    """

    def __init__(
        self,
        root: Path,
        run_id: str,
        capture: Capture,
        *,
        name: str | None,
        experiment: str | None,
        parent: str | None = None,
    ) -> None:
        self.root = root
        self.run_id = run_id
        self.boundary = Boundary(run_id)
        self.buffer = Buffer()
        self.hot: dict[type, dict[object, Series]] = {}
        self.plans: dict[tuple[object, ...] | None, Plan] = {}
        self.known: dict[tuple[object, ...], Series] = {}
        self.ended: EndStatus | None = None
        self.left_as: EndStatus = "finished"
        self.created = time.time()
        layout = Layout(root)
        self.earlier = _earlier(layout, run_id, self.boundary)
        self.series = SeriesTable(self._announce, self.earlier.first_step if self.earlier else lambda _key: 0)
        before = self.earlier.state if self.earlier else None
        # NaN, the creation of a run whose head is lost, is not less than anything.
        self._measured_from = before.created if before and before.created < self.created else self.created
        self._layout = layout
        self._blobs = BlobStore(layout.blobs)
        self._name, self._experiment = name, experiment
        self._parent = parent
        self._lock = threading.RLock()
        self._writer: Writer | None = None
        self._captures = Captures(self, capture, root.parent)
        lifetime.enroll(self)
        self._ensure_writing()
        self._captures.start()

    @property
    def seg(self) -> str | None:
        """The segment of this process, or of the one it was forked from while it has none."""
        return self._parent if self._writer is None else self._writer.seg

    def emit(self, event: Event) -> None:
        """Queue an event for the log."""
        self._ensure_writing()
        if not self.buffer.events.put(event, EVENT_SIZE_BYTES):
            self.refused("events-dropped", _NO_ROOM_FOR_EVENTS)

    def refused(self, slug: str, message: str) -> None:
        """Say why something was not taken: there was no room, which is counted, or no run any more.

        Raises:
            InputError: the run was closed meanwhile.
        """
        self.check_open()
        self.boundary.report(slug, message)

    def check_open(self) -> None:
        """Make sure that the run still records.

        Raises:
            InputError: it is closed.
        """
        if self.ended is not None:
            raise self.closed()

    def closed(self) -> InputError:
        """Return the error that says that the run is closed."""
        return InputError(
            f"Run {self.run_id!r} is closed ({self.ended}). Open it again with"
            f" ridgeline.Run(run_id={self.run_id!r}).",
            "run-closed",
        )

    def change_tags(self, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
        """Record a change of the tags."""
        self.check_open()
        self.emit(TagEvent(time.time(), added, removed))

    def add_environment(self, key: str, value: Json) -> None:
        """Record a captured part of the surroundings."""
        self._ensure_writing()
        # A capture that is late when the run ends has nobody to tell.
        if not self.buffer.events.put(EnvEvent(time.time(), key, value), EVENT_SIZE_BYTES) and not self.ended:
            self.boundary.report("events-dropped", _NO_ROOM_FOR_EVENTS)

    def add_measurement(self, name: str, value: float, context: dict[str, Json]) -> None:
        """Record a system metric; its step is the number of seconds since the run was created."""
        now = time.time()
        series = self.series.find(name, context, "float")
        point = TrackedPoint(series.sid, int(now - self._measured_from), None, now)
        with suppress(BufferError):  # late when the run ends
            if not self.buffer.add_row(point, value):
                self.boundary.report("points-dropped", NO_ROOM)

    def add_console(self, printed: ConsoleText) -> None:
        """Record printed lines."""
        if not self.buffer.console.put(printed, len(printed.text)):
            self.boundary.report(
                "console-dropped", "The log cannot be written and no more printed text fits into memory"
            )

    def forget_series(self) -> None:
        """Send the next call of every shape the long way."""
        self.hot.clear()
        self.known.clear()
        for key in list(self.plans):
            plan = self.plans.pop(key, None)  # another thread may be doing the same
            if plan is not None:
                plan.retire()

    def make_room(self) -> bool:
        """Let the writer catch up with a program that tracks millions of points a second for seconds on end.

        Only while the log takes them: a disk that is full or hangs is not waited for, and False is returned.
        """
        while self.buffer.is_full():
            if self._writer is None or not self._writer.is_draining():
                return False
            self._writer.hurry()
            time.sleep(ROOM_SECS)
        return True

    def put_blob(self, data: bytes) -> str:
        """Store bytes and return their SHA-256."""
        return self._blobs.put_bytes(data)

    def put_blob_file(self, path: Path) -> tuple[str, int]:
        """Store a copy of a file and return its SHA-256 and size in bytes."""
        sha = self._blobs.put_file(path)
        return sha, self._blobs.path(sha).stat().st_size

    def flush(self, timeout_secs: float | None = None) -> None:
        """Return when what was recorded so far is in the log."""
        if self._writer is not None:
            self._writer.flush(timeout_secs)

    def end(self, status: EndStatus, error: str | None = None) -> None:
        """Write what is left and the end; the first end counts."""
        with self._lock:
            first = self.ended is None
            self.ended = self.ended or status
        self.forget_series()
        if first:
            self._captures.stop()
        if self._writer is not None:
            self._writer.finish(EndEvent(time.time(), self.ended, error))
        else:
            self.buffer.seal()
        self._finished()

    def abandon(self) -> None:
        """End in the background, as the garbage collector may ask at any point: takes no lock and waits for nothing."""
        if self.ended is None:
            self.ended = self.left_as
            self._captures.detach()
            if self._writer is not None:
                self._writer.finish_soon(EndEvent(time.time(), self.left_as))

    def forked(self) -> None:
        """Become the recording of a fork's child: nothing written yet, nobody writing."""
        self._lock = threading.RLock()
        self._parent = self.seg
        self._writer = None
        self._name = self._experiment = None
        self.left_as = "finished"  # what the parent is about to finish is not the child's
        self.forget_series()
        self.buffer.forked()
        self.boundary.forked()
        self.series.forked()
        if self.earlier is not None:
            self.earlier.forked()
        self._captures.forked()

    def _announce(self, event: SeriesEvent) -> None:
        # Never refused for want of room: rows whose series nobody announced would mean nothing.
        self._ensure_writing()
        self.buffer.events.put(event, 0)

    def _ensure_writing(self) -> None:
        if self._writer is None and self.ended is None:
            with self._lock:
                self._start_writing()

    def _start_writing(self) -> None:
        if self._writer is not None:
            return
        if not len(self.buffer.events):  # else it is there from an attempt before
            self.buffer.events.put(self._head(), EVENT_SIZE_BYTES)
        writer = Writer(
            self._layout, self.run_id, self.buffer, self.boundary, self._captures.collect, self._finished
        )
        with self.boundary.guard("writer-not-started", "The writer could not be started"):
            writer.start()
            self._writer = writer
            lifetime.writing_began()

    def _head(self) -> RunEvent:
        # No event of a segment is earlier than its head, so all of this one follow what the run holds already.
        return RunEvent(
            t=max(time.time(), self.earlier.next_time() if self.earlier else 0.0),
            id=self.run_id,
            name=self._name,
            experiment=self._experiment,
            created=self.created,
            host=socket.gethostname(),
            pid=os.getpid(),
            user=user_name(),
            sdk=f"ridgeline {__version__}",
            parent=self._parent,
        )

    def _finished(self) -> None:
        self._captures.detach()
        lifetime.withdraw(self)


def _earlier(layout: Layout, run_id: str, boundary: Boundary) -> "Earlier | None":
    """Return what the run holds already; None for a new one, which needs nothing of what reads logs."""
    try:
        if not layout.run_folder(run_id).exists():
            return None
    except OSError:  # may not be looked into: the writer will say so
        return None
    from ridgeline.record.resume import Earlier

    return Earlier(layout, run_id, boundary)
