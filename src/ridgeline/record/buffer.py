"""What was recorded and is not yet in the log.

The training thread appends, the writer thread takes from the front. Under the GIL `bytearray += bytes` and
`del bytearray[:n]` are each one indivisible step, so neither side takes a lock; the rows object is never exchanged and no
memoryview is held on it while the run is open. Nothing is taken off before the log has it, so a failed write needs no undoing.

A run that is closed while other threads track is sealed: what was appended before goes to the log, and what comes after
is refused where it is tracked. Between the two there is nothing.

Without the GIL both sides take a lock. Then a signal that interrupts `track` itself, and whose handler ends the run, finds
the writer waiting for that lock: what was tracked last may be missing when the wait for it is given up.
"""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
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
    """Packed points of one width. `data` is appended to directly on the hot path; BufferError says that it is sealed."""

    def __init__(self, width: int, lock: AbstractContextManager[object]) -> None:
        self.data = bytearray()
        self.lock = lock
        self._width = width
        self._seal: memoryview | None = None
        self._n_discarded_bytes = 0  # of what is sealed

    def __len__(self) -> int:
        return self.size_bytes // self._width

    @property
    def size_bytes(self) -> int:
        """How much waits."""
        return len(self.data) - self._n_discarded_bytes

    def peek(self, limit_bytes: int) -> bytearray:
        """Return a copy of up to MAX_ROWS rows from the front, no more than `limit_bytes`, without taking them off."""
        with self.lock:
            n_rows = min(self.size_bytes, limit_bytes) // self._width
            start = self._n_discarded_bytes
            return self.data[start : start + min(n_rows, MAX_ROWS) * self._width]

    def discard(self, size_bytes: int) -> None:
        """Take what the log holds off the front."""
        with self.lock:
            if self._seal is None:
                del self.data[:size_bytes]
            else:
                self._n_discarded_bytes += size_bytes

    def seal(self) -> None:
        """Refuse all that comes from here on. Costs `track` nothing: a bytearray that somebody views cannot grow."""
        with self.lock:
            self._seal = memoryview(self.data)

    def clear(self) -> None:
        """Become empty and open, in place."""
        if self._seal is not None:
            self._seal.release()
            self._seal = None
        self._n_discarded_bytes = 0
        self.data.clear()


class Queue(Generic[T]):
    """A list in arrival order, bounded by the bytes it stands for; refuses when full or sealed.

    Takes no lock: a signal handler may flush while the thread it interrupted is inside `put`, and the writer must not wait
    for that thread. Two threads that put at once can leave the size a little wrong until the next discard.

    Each item arrives under a number of its own. Who takes that number out of the dict, which is one indivisible step, has
    the item: the writer, or its owner, who finds the queue sealed just after putting it in.
    """

    def __init__(self, limit_bytes: int = QUEUE_LIMIT_BYTES) -> None:
        self._arrived: dict[int, tuple[T, int]] = {}
        self._numbers = count()
        self._taken: list[tuple[T, int]] = []  # by the writer, and not yet in the log
        self._size_bytes = 0
        self._limit_bytes = limit_bytes
        self._sealed = False

    def put(self, item: T, size_bytes: int) -> bool:
        """Append, or return False when there is no room, or the queue is sealed."""
        if not self.has_room(size_bytes):
            return False
        number = next(self._numbers)
        self._arrived[number] = (item, size_bytes)
        self._size_bytes += size_bytes
        return not self._sealed or self._arrived.pop(number, None) is None

    def has_room(self, size_bytes: int) -> bool:
        """Say whether that many bytes more fit; one item fits into an empty queue, however large."""
        return self._size_bytes + size_bytes <= self._limit_bytes or not len(self)

    def put_last(self, item: T) -> None:
        """Append to a sealed queue. Only the writer does."""
        self._take()
        self._taken.append((item, 0))

    def peek(self, limit: int | None = None) -> list[T]:
        """Return the first items without taking them off. Only the writer does."""
        self._take()
        return [item for item, _ in self._taken[:limit]]

    def discard(self, n_items: int) -> None:
        """Take what was peeked off the front. Only the writer does."""
        if n_items:
            del self._taken[:n_items]
            self._size_bytes = sum([size for _, size in (*self._taken, *self._arrived.copy().values())])

    def seal(self) -> None:
        """Refuse all that comes from here on; what is there stays."""
        self._sealed = True

    def _take(self) -> None:
        for number in self._arrived.copy():
            entry = self._arrived.pop(number, None)
            if entry is not None:
                self._taken.append(entry)

    def __len__(self) -> int:
        return len(self._arrived) + len(self._taken)


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
        self.rows.clear()
        self.epoch_rows.clear()
        self._make_queues()

    def is_full(self) -> bool:
        """Say whether there is no room for more rows."""
        return max(len(self.rows.data), len(self.epoch_rows.data)) > ROWS_LIMIT_BYTES

    def seal_values(self) -> None:
        """Refuse what becomes rows or frames later; the rest takes it still."""
        self.on_device.seal()
        self.objects.seal()

    def seal(self) -> None:
        """Refuse points, values and events from here on. Points first: what announces them is refused no sooner."""
        self.seal_values()
        self.rows.seal()
        self.epoch_rows.seal()
        self.events.seal()

    def add_row(self, point: TrackedPoint, value: float) -> bool:
        """Append a point, or return False when there is no room.

        Raises:
            BufferError: the run is closed.
            struct.error: the step is no 64-bit integer.
        """
        return self.add_rows([(point, value)])

    def add_rows(self, points: Sequence[tuple[TrackedPoint, float]]) -> bool:
        """Append points that all have an epoch, or none; all of them or none. Else as `add_row`."""
        with_epoch = points[0][0].epoch is not None
        rows = self.epoch_rows if with_epoch else self.rows
        if len(rows.data) > ROWS_LIMIT_BYTES:
            return False
        if with_epoch:
            packed = [
                ROW_EPOCH.pack(sid, step, value, time, epoch) for (sid, step, epoch, time), value in points
            ]
        else:
            packed = [ROW.pack(sid, step, value, time) for (sid, step, _, time), value in points]
        with self.lock:
            rows.data += b"".join(packed)
        return True

    def _make_queues(self) -> None:
        self.events: Queue[Event] = Queue()
        self.objects: Queue[tuple[TrackedPoint, TrackedObject]] = Queue()
        self.on_device: Queue[tuple[TrackedPoint, DeviceScalar]] = Queue()
        self.console: Queue[ConsoleText] = Queue()
