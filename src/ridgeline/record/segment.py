"""The segment that one writer appends to, with its live marker; on disk from the first append on."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.errors import StorageError
from ridgeline.core.filesystem import is_on_network
from ridgeline.core.ids import new_segment_id
from ridgeline.log.layout import Layout
from ridgeline.log.marker import (
    HEARTBEAT_SECS,
    marker_of_this_process,
    remove_marker,
    touch_marker,
    write_marker,
)
from ridgeline.log.writer import SegmentWriter

# fdatasync takes 3 ms on a local disk; what a power cut may cost is worth that much, this often.
SYNC_SECS = 5.0


@lru_cache(maxsize=64)
def _is_shared(folder: Path, device: int) -> bool:  # noqa: ARG001 - another device, another answer
    """Say whether other hosts see the folder. To find out takes 0.1 ms, a twentieth of what a run costs that starts and ends."""
    return is_on_network(folder)


@lru_cache(maxsize=64)
def _create(root: Path) -> None:
    """Make a repository unless it is there, once a process: that is 13 system calls."""
    Layout(root).create()


class Segment:
    """Opens itself on the first append, and again on the next one when the disk refused.

    On a network file system other hosts see what was appended only once it is synced, so each append is.
    """

    def __init__(self, layout: Layout, run_id: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self.seg = new_segment_id(clock)
        self._layout = layout
        self._path = layout.segment(run_id, self.seg)
        self._marker = layout.live_marker(run_id, self.seg)
        self._clock = clock
        self._writer: SegmentWriter | None = None
        self._on_network = False
        self._unsynced_since: float | None = None
        self._beat = 0.0

    def append(self, frames: Iterable[tuple[int, int, bytes]]) -> None:
        """Append frames, all or none.

        Raises:
            StorageError: the disk refuses; the same frames may be tried again.
        """
        if self._writer is None:
            self._open()
        assert self._writer is not None
        self._writer.append(frames)
        if self._unsynced_since is None:
            self._unsynced_since = self._clock.monotonic()
        if self._on_network:
            self._sync()

    def tend(self) -> None:
        """Beat and sync when it is time to.

        Raises:
            StorageError: the disk refuses.
        """
        now = self._clock.monotonic()
        if self._writer is None:
            return
        if now - self._beat >= HEARTBEAT_SECS:
            self._beat = now
            touch_marker(self._marker)
        if self._unsynced_since is not None and now - self._unsynced_since >= SYNC_SECS:
            self._sync()

    def close(self) -> None:
        """Sync, close and take the marker away: from here on the segment is as it ends.

        Raises:
            StorageError: the disk refuses; the marker is taken away where that is possible.
        """
        if self._writer is None:
            return
        try:
            self._writer.close()
        finally:
            remove_marker(self._marker)

    def _open(self) -> None:
        _create(self._layout.root)
        # The marker first: a segment without one is taken for lost.
        marker = marker_of_this_process(self._clock)
        try:
            write_marker(self._marker, marker)
        except StorageError:  # perhaps the repository was deleted since
            self._layout.create()
            write_marker(self._marker, marker)
        self._beat = self._clock.monotonic()
        self._writer = SegmentWriter(self._path)
        self._on_network = _is_shared(self._layout.runs, self._path.stat().st_dev)

    def _sync(self) -> None:
        assert self._writer is not None
        self._writer.sync()
        self._unsynced_since = None
