"""What a run holds already when it is opened again."""

import math
import threading
from collections.abc import Iterable
from struct import Struct

from ridgeline.core.errors import StorageError
from ridgeline.log.events import SeriesEvent
from ridgeline.log.frame import EPOCH, FrameType
from ridgeline.log.layout import Layout, SegmentPath
from ridgeline.log.points import ROW, ROW_EPOCH, decode_points
from ridgeline.log.read import events_in, read_run_state, scan_file
from ridgeline.log.run_state import RunState
from ridgeline.log.status import live_segments
from ridgeline.record.boundary import Boundary
from ridgeline.record.series import SeriesKey, series_key

_STEP_OF_ROW = Struct(f"<Iq{ROW.size - 12}x")
_STEP_OF_ROW_EPOCH = Struct(f"<Iq{ROW_EPOCH.size - 12}x")


class Earlier:
    """The segments of a run that were there and closed when this process opened it.

    Those that are still written to belong to other ranks of the same training, which count their own steps.
    """

    def __init__(self, layout: Layout, run_id: str, boundary: Boundary) -> None:
        self.state: RunState | None = None
        self._boundary = boundary
        self._lock = threading.RLock()
        self._last_steps: dict[SeriesKey, int] | None = None
        self._segments: list[SegmentPath] = []
        with boundary.guard("reopen-failed", "What the run held before could not be read"):
            found = list(layout.segments_of(run_id))
            live = live_segments(layout) if found else set()
            self._segments = [segment for segment in found if (run_id, segment.seg) not in live]
            self.state = read_run_state(layout, run_id) if found else None

    def first_step(self, key: SeriesKey) -> int:
        """Return the step that follows the last one of a series; 0 for a new one. Reads the points on the first call."""
        if not self._segments:
            return 0
        with self._lock:
            if self._last_steps is None:
                self._last_steps = {}
                with self._boundary.guard("reopen-failed", "The steps tracked before could not be read"):
                    self._last_steps = last_steps(self._segments)
            return self._last_steps.get(key, -1) + 1

    def next_time(self) -> float:
        """Return the earliest time that follows all events so far: the last word counts, whatever this clock says."""
        if self.state is None or math.isnan(self.state.updated):
            return 0.0
        return math.nextafter(self.state.updated, math.inf)

    def forked(self) -> None:
        """Replace a lock that a thread of the parent may hold."""
        self._lock = threading.RLock()


def last_steps(segments: Iterable[SegmentPath]) -> dict[SeriesKey, int]:
    """Return the last step of each series: of each segment its last row, of these the largest."""
    steps: dict[SeriesKey, int] = {}
    for segment in segments:
        for key, step in _last_steps_of(segment).items():
            steps[key] = max(step, steps.get(key, step))
    return steps


def _last_steps_of(segment: SegmentPath) -> dict[SeriesKey, int]:
    frames = scan_file(segment.path).frames
    keys = {
        event.sid: series_key(event.name, event.context)
        for event in events_in(frames)
        if isinstance(event, SeriesEvent)
    }
    by_sid: dict[int, int] = {}
    for frame in frames:
        if frame.type != FrameType.POINTS:
            continue
        try:
            rows = decode_points(frame.flags, frame.payload)
        except StorageError:
            continue  # damaged or of a later version: `ridgeline doctor` reports it
        # A dict of (sid, step) pairs keeps the last of each sid, at the speed of C.
        by_sid.update((_STEP_OF_ROW_EPOCH if frame.flags & EPOCH else _STEP_OF_ROW).iter_unpack(rows))
    return {keys[sid]: step for sid, step in by_sid.items() if sid in keys}
