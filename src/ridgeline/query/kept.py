"""What people keep beside the runs, as small logs of their own: saved views and reports."""

import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.ids import new_segment_id
from ridgeline.log.events import ReportEvent, ViewEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.read import events_in, scan_file
from ridgeline.log.writer import SegmentWriter

Kept = TypeVar("Kept", ViewEvent, ReportEvent)


def keep(layout: Layout, event: ViewEvent | ReportEvent, clock: Clock = SYSTEM_CLOCK) -> None:
    """Write an event into a log of its own, so that nobody appends to the log of another.

    Raises:
        InputError: The event is too large for a frame.
        StorageError: The disk refuses.
    """
    line = encode_event(event)
    writer = SegmentWriter(layout.view_segment(new_segment_id(clock)))
    try:
        writer.append([(FrameType.EVENTS, 0, line)])
    finally:
        writer.close()


def latest(layout: Layout, kind: type[Kept]) -> list[Kept]:
    """Return the latest event of each id, oldest first; without those that are deleted.

    Raises:
        StorageError: A file cannot be read.
    """
    found = [_event(path, kind, kept_id) for kept_id, (_, path) in _newest(layout, kind).items()]
    events = [event for event in found if event is not None and not event.deleted]
    return sorted(events, key=lambda event: (event.t, event.id))


def time_for(layout: Layout, kind: type[Kept], wanted: str | None, clock: Clock) -> float:
    """Return the time of the next event of an id: now, but always after the last one, though a clock was set back.

    Raises:
        StorageError: A file cannot be read.
    """
    last = _newest(layout, kind).get(wanted) if wanted is not None else None
    return clock.time() if last is None else max(clock.time(), math.nextafter(last[0], math.inf))


def _newest(layout: Layout, kind: type[Kept]) -> dict[str, tuple[float, Path]]:
    """Return for each id the time of its latest event, and the file that has it."""
    newest: dict[str, tuple[float, Path]] = {}
    for path in layout.view_segments():
        stat = path.stat()
        for head in _heads(path, stat.st_size, stat.st_mtime_ns):
            if head.kind is kind and (head.id not in newest or newest[head.id][0] <= head.t):
                newest[head.id] = head.t, path
    return newest


class _Head(NamedTuple):
    kind: type[ViewEvent | ReportEvent]
    id: str
    t: float


@lru_cache(maxsize=1 << 16)
def _heads(path: Path, _size_bytes: int, _mtime_ns: int) -> tuple[_Head, ...]:
    """Return what a file holds, without the texts: an hour of writing a report is a thousand files, each of which is read once."""
    return tuple(_Head(type(event), event.id, event.t) for event in _kept_in(path))


def _event(path: Path, kind: type[Kept], kept_id: str) -> Kept | None:
    """Return the latest event of an id in a file."""
    events = [event for event in _kept_in(path) if isinstance(event, kind) and event.id == kept_id]
    return max(reversed(events), key=lambda event: event.t, default=None)


def _kept_in(path: Path) -> Iterator[ViewEvent | ReportEvent]:
    for event in events_in(scan_file(path).frames):
        if isinstance(event, ViewEvent | ReportEvent):
            yield event
