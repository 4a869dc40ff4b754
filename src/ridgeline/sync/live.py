"""Runs that their source still writes to: shown as running for as long as somebody follows them."""

import contextlib
import threading
from types import TracebackType
from typing import Self

from ridgeline.core.errors import StorageError
from ridgeline.log.marker import HEARTBEAT_SECS, touch_marker
from ridgeline.sync.segment import RunSegment

# Each holds a file open, and systems let a process have 1024 or, some, 256. Trackers keep runs that crashed as running for ever.
MOST_OPEN = 128


class LiveRuns:
    """Holds the segments of runs that go on and touches their live markers from a thread of its own."""

    def __init__(self, heartbeat_secs: float = HEARTBEAT_SECS) -> None:
        self._heartbeat_secs = heartbeat_secs
        self._segments: dict[str, RunSegment] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="ridgeline-sync-beat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        for run_id in list(self._segments):
            self._segments.pop(run_id).close()

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._segments

    def take(self, run_id: str) -> RunSegment | None:
        """Return the open segment of a run, which is the caller's from here on; None for a run that has none."""
        with self._lock:
            segment = self._segments.pop(run_id, None)
        if segment is not None and not segment.is_open:
            segment.close()
            return None
        return segment

    def hold(self, run_id: str, segment: RunSegment) -> None:
        """Keep a segment open until it is taken, or this is left."""
        segment.sync()
        with self._lock:
            self._segments[run_id] = segment
            files = [one for one in self._segments.values() if one.is_open]
        if len(files) > MOST_OPEN:
            files[0].rest()

    def _beat(self) -> None:
        while not self._over.wait(self._heartbeat_secs):
            with self._lock:
                markers = [one.marker for one in self._segments.values() if one.marker is not None]
            for marker in markers:
                # One that was taken meanwhile has no marker any more.
                with contextlib.suppress(StorageError):
                    touch_marker(marker)
