"""The thread that takes what was recorded to the log."""

import threading
import time
from _thread import LockType, allocate_lock
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue

from ridgeline.blobs.store import BlobStore
from ridgeline.log.console import encode_console
from ridgeline.log.events import AliveEvent, EndEvent, Event, WarnEvent, encode_event
from ridgeline.log.frame import MAX_PAYLOAD_BYTES, FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.objects import MAX_INLINE_BYTES, ObjectHeader, encode_object
from ridgeline.log.points import encode_points, round_times
from ridgeline.record.boundary import Boundary
from ridgeline.record.buffer import EVENT_SIZE_BYTES, NO_ROOM, Buffer, TrackedPoint
from ridgeline.record.segment import Segment
from ridgeline.record.tracked import Encoded, TrackedObject

FLUSH_SECS = 0.25
# After a failed write the next try waits longer each time, up to this.
RETRY_LIMIT_SECS = 5.0
# How long a run that is being closed goes on trying to write to a disk that refuses.
CLOSE_TRIES_SECS = 2.0
# How long closing waits for a disk that hangs.
CLOSE_LIMIT_SECS = 30.0
# Escaping the magic may make a payload a little longer than the lines in it.
MAX_EVENTS_BYTES = MAX_PAYLOAD_BYTES - (64 << 10)
# A segment that has nothing to say says so this often: what overlaps in the log is known to have run together.
ALIVE_SECS = 30.0
# A writer that wrote nothing for so long is held up by the disk, not by the amount.
DRAINING_SECS = 1.0
_OBJECTS_PER_WRITE = 64
_CONSOLE_PER_WRITE = 256

_Frame = tuple[int, int, bytes]


class Writer:
    """Drains a buffer into a segment, each 0.25 s and on request. Nothing it meets reaches the program.

    `collect` is called before each pass; it puts into the buffer what was gathered elsewhere, such as console output.
    `finished` is called at the very end, on the writer thread.

    Only this thread writes, so a signal handler that asks for a flush while another is under way does no harm.
    """

    def __init__(
        self,
        layout: Layout,
        run_id: str,
        buffer: Buffer,
        boundary: Boundary,
        collect: Callable[[], None],
        finished: Callable[[], None],
    ) -> None:
        self._buffer = buffer
        self._boundary = boundary
        self._segment = Segment(layout, run_id)
        self._blobs = BlobStore(layout.blobs)
        self._last_event_time = 0.0
        # Its put may interrupt itself, which that of a threading.Event may not: signal handlers and __del__ call it.
        self._wake: SimpleQueue[None] = SimpleQueue()
        # Bare locks, released by the writer: whoever waits for one can be interrupted and ask again.
        self._requests: list[LockType] = []
        self._end: EndEvent | None = None
        self._wrote_at = time.monotonic()
        self._failing = False
        self._collect = collect
        self._finished = finished
        self._thread = threading.Thread(target=self._work, name=f"ridgeline-writer-{run_id}", daemon=True)

    @property
    def seg(self) -> str:
        """The id of the segment."""
        return self._segment.seg

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def flush(self, timeout_secs: float | None = None) -> None:
        """Return when all that was recorded before the call is in the log, or could not be written there."""
        if threading.current_thread() is self._thread:
            return
        done = allocate_lock()
        done.acquire()
        self._requests.append(done)
        self._wake.put(None)
        deadline = None if timeout_secs is None else time.monotonic() + timeout_secs
        # In turns, since the thread may have ended just before it saw the request.
        while self._thread.is_alive() and not done.acquire(timeout=FLUSH_SECS):
            if deadline is not None and time.monotonic() > deadline:
                return

    def hurry(self) -> None:
        """Begin the next pass now."""
        self._wake.put(None)

    def is_draining(self) -> bool:
        """Say whether the log takes what it is given, so that waiting makes room."""
        return (
            self._thread.is_alive()
            and not self._failing
            and time.monotonic() - self._wrote_at < DRAINING_SECS
        )

    def finish_soon(self, end: EndEvent) -> None:
        """Ask for the end of the segment without waiting. The garbage collector may call this anywhere."""
        self._end = self._end or end
        self._wake.put(None)

    def finish(self, end: EndEvent) -> None:
        """Write what is left and the end of the segment, and wait for that; half a minute at most."""
        self.finish_soon(end)
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_LIMIT_SECS)
            if self._thread.is_alive():
                self._boundary.report(
                    "close-timed-out",
                    f"The disk did not answer for {CLOSE_LIMIT_SECS:g} s; the end is not in the log",
                )

    def _work(self) -> None:
        retry_secs = FLUSH_SECS
        while self._end is None:
            retry_secs = FLUSH_SECS if self._pass() else min(2 * retry_secs, RETRY_LIMIT_SECS)
            with suppress(Empty):
                self._wake.get(timeout=retry_secs)
        self._finish(self._end)
        self._finished()

    def _finish(self, end: EndEvent) -> None:
        deadline = time.monotonic() + CLOSE_TRIES_SECS
        # Values that are still on a device become rows first, so rows are sealed after the first pass.
        self._buffer.seal_values()
        self._write_all(deadline)
        self._buffer.seal()
        self._write_all(deadline)
        # Last of all: it says that nothing follows it.
        self._buffer.events.put_last(end)
        self._write_all(deadline)
        lost = len(self._buffer.rows) + len(self._buffer.epoch_rows)
        if lost or len(self._buffer.events):
            self._boundary.report(
                "close-not-written",
                f"The disk refused to the end; {lost} points are not in the log.",
                max(1, lost),
            )
        with self._boundary.guard("close-failed", "The log could not be closed"):
            self._segment.close()

    def _write_all(self, deadline: float) -> None:
        while not self._pass(waiting=True) and time.monotonic() < deadline:
            time.sleep(FLUSH_SECS)

    def _pass(self, *, waiting: bool = False) -> bool:
        """Write what is there now; return whether the log has it. What arrives meanwhile waits for the next pass."""
        requests, self._requests = self._requests, []
        guard = self._boundary.guard("log-write-failed", "Recording could not write")
        with guard:
            self._collect()
            self._read_devices(waiting=waiting or bool(requests))
            if self._end is None and not self._failing and time.monotonic() - self._wrote_at >= ALIVE_SECS:
                self._buffer.events.put(AliveEvent(time.time()), EVENT_SIZE_BYTES)
            self._drain()
        self._failing = guard.failed
        if not guard.failed:
            guard = self._boundary.guard("log-sync-failed", "The log could not be kept safe")
            with guard:
                self._segment.tend()
        for request in requests:
            request.release()
        return not guard.failed

    def _drain(self) -> None:
        buffer = self._buffer
        left = [buffer.rows.size_bytes, buffer.epoch_rows.size_bytes]
        while True:
            # Rows before events: a series is announced before its first row, so what these rows need is in the events.
            rows = buffer.rows.peek(left[0])
            epoch_rows = buffer.epoch_rows.peek(left[1])
            objects = buffer.objects.peek(_OBJECTS_PER_WRITE)
            console = buffer.console.peek(_CONSOLE_PER_WRITE)
            mishaps = self._boundary.unwritten()
            events = buffer.events.peek()
            if not (rows or epoch_rows or objects or console or events or mishaps):
                return
            now = time.time()
            warnings: list[Event] = [
                WarnEvent(now, mishap.slug, mishap.message, mishap.count) for mishap in mishaps
            ]
            frames = list(self._event_frames([*events, *warnings]))
            for packed, with_epoch in ((rows, False), (epoch_rows, True)):
                if packed:
                    round_times(packed, with_epoch=with_epoch)
                    frames.append((FrameType.POINTS, *encode_points(packed, with_epoch=with_epoch)))
            frames.extend(frame for pair in objects for frame in self._object_frames(*pair))
            frames.extend((FrameType.CONSOLE, 0, encode_console(printed)) for printed in console)
            self._segment.append(frames)
            self._wrote_at = time.monotonic()
            buffer.rows.discard(len(rows))
            buffer.epoch_rows.discard(len(epoch_rows))
            buffer.objects.discard(len(objects))
            buffer.console.discard(len(console))
            buffer.events.discard(len(events))
            self._boundary.settle(mishaps)
            left[0] -= len(rows)
            left[1] -= len(epoch_rows)

    def _event_frames(self, events: list[Event]) -> Iterator[_Frame]:
        batch: list[bytes] = []
        size_bytes = 0
        for event in events:
            # Threads stamp events and then queue them; the format promises an order.
            self._last_event_time = max(self._last_event_time, event.t)
            line = b""
            with self._boundary.guard("event-not-recorded", "An event could not be written"):
                line = encode_event(
                    event if event.t == self._last_event_time else replace(event, t=self._last_event_time)
                )
            if size_bytes + len(line) > MAX_EVENTS_BYTES:
                yield FrameType.EVENTS, 0, b"".join(batch)
                batch, size_bytes = [], 0
            batch.append(line)
            size_bytes += len(line)
        if size_bytes:
            yield FrameType.EVENTS, 0, b"".join(batch)

    def _object_frames(self, point: TrackedPoint, tracked: TrackedObject) -> Iterator[_Frame]:
        encoded: Encoded | None = None
        with self._boundary.guard("object-not-recorded", f"A tracked {tracked.kind} could not be encoded"):
            encoded = tracked.encode()
        if encoded is None:
            return
        mime, data, meta = encoded
        if tracked.index is not None:
            meta = {**meta, "index": tracked.index}
        inline = len(data) <= MAX_INLINE_BYTES
        # Outside the guard: where the disk refuses, the object waits and is tried again.
        blob = None if inline else self._blobs.put_bytes(data)
        header = ObjectHeader(point.sid, point.step, point.epoch, point.time, mime, meta, blob, len(data))
        yield FrameType.OBJECT, 0, encode_object(header, data if inline else b"")

    def _read_devices(self, *, waiting: bool) -> None:
        """Turn numbers that an accelerator has computed by now into rows, oldest first."""
        buffer = self._buffer
        pending = buffer.on_device.peek()
        n_read = 0
        for point, scalar in pending:
            with self._boundary.guard("device-value-lost", "A value could not be read from its device"):
                if not waiting and not scalar.is_ready():
                    break
                if not buffer.add_row(point, scalar.read()):
                    self._boundary.report("points-dropped", NO_ROOM)
            n_read += 1
        buffer.on_device.discard(n_read)
