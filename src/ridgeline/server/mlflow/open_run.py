"""One run as this server writes it: a segment that stays open between requests.

While MLflow says RUNNING the segment is a session with a live marker, so the run is shown as running. What is logged to a run
that has ended goes into a segment without a head, as edits do: the run stays ended.
"""

import contextlib
import math
import os
import socket
import threading
from collections.abc import Iterable, Sequence

from ridgeline.core.clock import Clock
from ridgeline.core.errors import NotFoundError
from ridgeline.core.ids import new_segment_id
from ridgeline.core.version import __version__
from ridgeline.log.events import (
    ArtifactEvent,
    EndEvent,
    EndStatus,
    Event,
    RunEvent,
    SeriesEvent,
    encode_event,
)
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout, SegmentPath
from ridgeline.log.read import read_run_state
from ridgeline.log.run_state import RunState
from ridgeline.log.status import live_segments, run_status
from ridgeline.log.writer import SegmentWriter
from ridgeline.record.segment import SYNC_SECS, Segment
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.facts import GOING_ON, Facts, changes, facts_of
from ridgeline.server.mlflow.point_rows import Point, last_point_time, point_frames

_END: dict[str, EndStatus] = {"FINISHED": "finished", "FAILED": "failed", "KILLED": "stopped"}
_MAX_FRAME_BYTES = 1 << 19
# How far the clock of a client may be ahead of ours.
_MAX_SKEW_SECS = 600.0
# No client waits so long between the start of a run and its first request.
_COPIED_SECS = 600.0


class Addendum:
    """A segment of a run that has ended: no head, no marker. It is made on the first append."""

    def __init__(self, layout: Layout, run_id: str, clock: Clock) -> None:
        self.seg = new_segment_id(clock)
        self._path = layout.segment(run_id, self.seg)
        self._clock = clock
        self._writer: SegmentWriter | None = None
        self._synced = 0.0

    def append(self, frames: Iterable[tuple[int, int, bytes]]) -> None:
        """Append frames, all or none."""
        self._writer = self._writer or SegmentWriter(self._path)
        self._writer.append(frames)

    def tend(self) -> None:
        """Sync when it is time to."""
        now = self._clock.monotonic()
        if self._writer is not None and now - self._synced >= SYNC_SECS:
            self._synced = now
            self._writer.sync()

    def close(self) -> None:
        """Sync and close."""
        if self._writer is not None:
            self._writer.close()


class OpenRun:
    """A run that clients log to. Whoever uses it holds `lock`, and looks whether it is `closed`.

    Attributes:
        facts: The run as MLflow has it.
        used: When a client last asked for it, by the monotonic clock.
    """

    def __init__(self, layout: Layout, run_id: str, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.run_id = run_id
        self.used = clock.monotonic()
        self.closed = False
        self.version = 0
        self._layout = layout
        self._clock = clock
        self._segment: Segment | Addendum | None = None
        self._sids: dict[str, int] = {}
        self._mine: set[str] = set()  # segments
        self._others: dict[str, int] | None = (
            None  # their segments with their sizes, when the run was last read
        )
        self._t = 0.0
        self._behind_secs = 0.0
        self.facts = Facts(run_id, "", "", "", 0)

    def load(self) -> None:
        """Read the run from its log, unless nobody else has written to it since.

        Raises:
            MlflowError: There is no such run.
            StorageError: Its log cannot be read.
        """
        found = [one for one in self._layout.segments_of(self.run_id) if one.seg not in self._mine]
        others = {one.seg: one.path.stat().st_size for one in found}
        if others == self._others:
            return
        try:
            state = read_run_state(self._layout, self.run_id)
        except NotFoundError:
            raise MlflowError(f"Run with id={self.run_id} not found", "RESOURCE_DOES_NOT_EXIST") from None
        live = {seg for run_id, seg in live_segments(self._layout, self._clock) if run_id == self.run_id}
        self.facts = facts_of(state, run_status(state.sessions, live))
        self._take_time(state, found)
        self._others = others
        self.version += 1

    def begin(self, facts: Facts) -> None:
        """Write a new run.

        One that began long ago is copied from elsewhere: then its log is dated from then on, so that it also ends when it did.

        Raises:
            StorageError: The disk refuses.
        """
        behind_secs = self._clock.time() - facts.start_ms / 1000
        if facts.start_ms > 0 and behind_secs > _COPIED_SECS:
            self._behind_secs = behind_secs
        self._others = {}
        self._write(changes(None, facts, self._now()), facts=facts)

    def change(self, facts: Facts, points: Sequence[Point] = (), events: Sequence[Event] = ()) -> None:
        """Write what is different now, and points, all or none; a run that ends is closed.

        Raises:
            StorageError: The disk refuses.
        """
        ends = facts.status != self.facts.status or facts.end_ms != self.facts.end_ms
        if ends and facts.status in GOING_ON and self.facts.status not in GOING_ON:
            self._close_segment()  # what follows is a session again
        now = self._now()
        more = changes(self.facts, facts, now) if facts is not self.facts else []
        if ends and facts.status in _END:
            if not isinstance(self._segment, Segment):
                self._close_segment()
            end = now if facts.end_ms is None else max(now, facts.end_ms / 1000)
            more.append(EndEvent(end, _END[facts.status], None))
            self._write([*more, *events], points, facts=facts, as_session=True)
            self._close_segment()
            self._behind_secs = 0.0
        elif more or events or points:
            self._write([*more, *events], points, facts=facts)

    def artifact(self, name: str, sha: str | None, size_bytes: int | None, mime: str | None) -> None:
        """Write that a file was logged, or with no hash that it was deleted.

        Raises:
            StorageError: The disk refuses.
        """
        self._write([ArtifactEvent(self._now(), name, sha, None, size_bytes, mime)], facts=self.facts)

    def tend(self) -> None:
        """Beat and sync when it is time to.

        Raises:
            StorageError: The disk refuses.
        """
        if self._segment is not None:
            self._segment.tend()

    def close(self) -> None:
        """Let go of the file. The run has not ended by that: it is lost, unless it is logged to again.

        Raises:
            StorageError: The disk refuses.
        """
        self.closed = True
        self._close_segment()

    def _take_time(self, state: RunState, segments: Iterable[SegmentPath]) -> None:
        """No event may come before those that are there: the last word counts, whatever this clock says.

        Nor before the points, whose times are a client's: a session that begins after the last sign of life of one that was lost
        replaces it, another would be beside it.
        """
        if not math.isnan(state.updated):
            self._t = max(self._t, math.nextafter(state.updated, math.inf))
        last = max(map(last_point_time, segments), default=0.0)
        self._t = max(self._t, min(last + 0.001, self._clock.time() + _MAX_SKEW_SECS))

    def _now(self) -> float:
        self._t = max(self._clock.time() - self._behind_secs, self._t)
        return self._t

    def _write(
        self,
        events: Sequence[Event],
        points: Sequence[Point] = (),
        *,
        facts: Facts,
        as_session: bool = False,
    ) -> None:
        self.used = self._clock.monotonic()
        head: list[Event] = []
        if self._segment is None:
            if as_session or facts.status in GOING_ON:
                self._segment = Segment(self._layout, self.run_id, self._clock)
                head.append(self._head(facts))
            else:
                self._segment = Addendum(self._layout, self.run_id, self._clock)
        new = {key: len(self._sids) + at for at, key in enumerate(self._new_keys(points))}
        declared = [SeriesEvent(self._t, sid, key, {}, "float") for key, sid in new.items()]
        sids = self._sids | new if new else self._sids
        frames = [*_event_frames([*head, *declared, *events]), *point_frames(points, sids)]
        try:
            self._segment.append(frames)
        except OSError:
            if head:  # the next attempt needs one, too
                with contextlib.suppress(OSError):
                    self._close_segment()
            raise
        self._mine.add(self._segment.seg)
        self._sids = sids
        for event in events:
            self._t = max(self._t, event.t)
        if facts is not self.facts or events:
            self.version += 1
        self.facts = facts

    def _new_keys(self, points: Iterable[Point]) -> list[str]:
        return [key for key in dict.fromkeys(point.key for point in points) if key not in self._sids]

    def _head(self, facts: Facts) -> RunEvent:
        is_new = not self._mine and not self._others
        return RunEvent(
            t=self._t,  # of the events that follow
            id=self.run_id,
            name=facts.name if is_new else None,
            experiment=facts.experiment if is_new else None,
            created=facts.start_ms / 1000 if facts.start_ms > 0 else self._clock.time(),
            host=socket.gethostname(),
            pid=os.getpid(),
            user=facts.user or facts.tags.get("mlflow.user", ""),
            sdk=f"ridgeline {__version__} mlflow",
        )

    def _close_segment(self) -> None:
        segment, self._segment, self._sids = self._segment, None, {}
        if segment is not None:
            segment.close()


def _event_frames(events: Sequence[Event]) -> list[tuple[int, int, bytes]]:
    """Return events in as many frames as they need."""
    frames: list[tuple[int, int, bytes]] = []
    lines: list[bytes] = []
    size = 0
    for line in map(encode_event, events):
        if lines and size + len(line) > _MAX_FRAME_BYTES:
            frames.append((FrameType.EVENTS, 0, b"".join(lines)))
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    return [*frames, (FrameType.EVENTS, 0, b"".join(lines))] if lines else frames
