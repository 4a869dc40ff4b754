"""What was recorded and is not yet in the log.

The training thread appends, the writer thread takes from the front. Under the GIL `bytearray += bytes` and
`del bytearray[:n]` are each one indivisible step, so neither side takes a lock; the rows object is never exchanged and no
memoryview is ever held on it. Nothing is taken off before the log has it, so a failed write needs no undoing.

Without the GIL both sides take a lock. Then a signal that interrupts `track` itself, and whose handler ends the run, finds
the writer waiting for that lock: what was tracked last may be missing when the wait for it is given up.
"""

import sys
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import Generic, NamedTuple, TypeVar

from ridgeline.log.console import ConsoleText
from ridgeline.log.events import Event
from ridgeline.log.points import MAX_ROWS, ROW, ROW_EPOCH
from ridgeline.record.tracked import TrackedObject
from ridgeline.record.values import DeviceScalar

# What a disk that is full or gone can cost in memory: 4.8 million points, or hours of a usual training.
ROWS_LIMIT_BYTES = 128 << 20
# In this time the writer takes some thousand points off.
ROOM_SECS = 0.001
QUEUE_LIMIT_BYTES = 64 << 20
NO_ROOM = "The log cannot be written and no more points fit into memory"
EVENT_SIZE_BYTES = 512  # a guess for the bound on memory, not a format

# False only on a free-threaded build (PEP 703) whose GIL is off: there, until Python 3.14, an append that meets a deletion
# corrupts the bytearray. An import may turn the GIL on again, and nothing turns it off, so to ask once is enough.
GIL_ENABLED: bool = getattr(sys, "_is_gil_enabled", lambda: True)()

T = TypeVar("T")


class Rows:
    """Packed points of one width. `data` is appended to directly on the hot path."""

    def __init__(self, width: int, lock: AbstractContextManager[object]) -> None:
        self.data = bytearray()
        self.lock = lock
        self._width = width

    def peek(self, limit_bytes: int) -> bytearray:
        """Return a copy of up to MAX_ROWS rows from the front, no more than `limit_bytes`, without taking them off."""
        with self.lock:
            n_rows = min(len(self.data), limit_bytes) // self._width
            return self.data[: min(n_rows, MAX_ROWS) * self._width]

    def discard(self, size_bytes: int) -> None:
        """Take what the log holds off the front."""
        with self.lock:
            del self.data[:size_bytes]


class Queue(Generic[T]):
    """A list in arrival order, bounded by the bytes it stands for; refuses when full.

    Takes no lock: a signal handler may flush while the thread it interrupted is inside `put`, and the writer must not wait
    for that thread. Two threads that put at once can leave the size a little wrong until the next discard.
    """

    def __init__(self, limit_bytes: int = QUEUE_LIMIT_BYTES) -> None:
        self._items: list[tuple[T, int]] = []
        self._size_bytes = 0
        self._limit_bytes = limit_bytes

    def put(self, item: T, size_bytes: int) -> bool:
        """Append, or return False when there is no room."""
        if self._size_bytes + size_bytes > self._limit_bytes and self._items:
            return False
        self._items.append((item, size_bytes))
        self._size_bytes += size_bytes
        return True

    def peek(self, limit: int | None = None) -> list[T]:
        """Return the first items without taking them off."""
        return [item for item, _ in self._items[:limit]]

    def discard(self, n_items: int) -> None:
        """Take what was peeked off the front. Only the writer does."""
        if n_items:
            del self._items[:n_items]
            self._size_bytes = sum([size for _, size in self._items[:]])

    def __len__(self) -> int:
        return len(self._items)


class TrackedPoint(NamedTuple):
    """Where and when a value that is not yet a row was tracked."""

    sid: int
    step: int
    epoch: float | None
    time: float


def _new_lock() -> AbstractContextManager[object]:
    return nullcontext() if GIL_ENABLED else RLock()


class Buffer:
    """Everything that one writer has yet to write."""

    def __init__(self) -> None:
        self.lock = _new_lock()
        self.rows = Rows(ROW.size, self.lock)
        self.epoch_rows = Rows(ROW_EPOCH.size, self.lock)
        self._make_queues()

    def forked(self) -> None:
        """Start empty, as the child of a fork does: what the parent had buffered is the parent's to write."""
        # A thread that is no more may have held it.
        self.lock = self.rows.lock = self.epoch_rows.lock = _new_lock()
        # In place: the hot path holds on to these two.
        self.rows.data.clear()
        self.epoch_rows.data.clear()
        self._make_queues()

    def is_full(self) -> bool:
        """Say whether there is no room for more rows."""
        return max(len(self.rows.data), len(self.epoch_rows.data)) > ROWS_LIMIT_BYTES

    def add_row(self, point: TrackedPoint, value: float) -> bool:
        """Append a point, or return False when there is no room.

        Raises:
            struct.error: the step is no 64-bit integer.
        """
        rows = self.rows if point.epoch is None else self.epoch_rows
        if len(rows.data) > ROWS_LIMIT_BYTES:
            return False
        sid, step, epoch, time = point
        packed = (
            ROW.pack(sid, step, value, time)
            if epoch is None
            else ROW_EPOCH.pack(sid, step, value, time, epoch)
        )
        with self.lock:
            rows.data += packed
        return True

    def _make_queues(self) -> None:
        self.events: Queue[Event] = Queue()
        self.objects: Queue[tuple[TrackedPoint, TrackedObject]] = Queue()
        self.on_device: Queue[tuple[TrackedPoint, DeviceScalar]] = Queue()
        self.console: Queue[ConsoleText] = Queue()
