"""What people keep beside the runs, as small logs of their own: saved views and reports."""

import math
from typing import TypeVar

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
    events = (event for event in _by_id(layout, kind).values() if not event.deleted)
    return sorted(events, key=lambda event: (event.t, event.id))


def time_for(layout: Layout, kind: type[Kept], wanted: str | None, clock: Clock) -> float:
    """Return the time of the next event of an id: now, but always after the last one, though a clock was set back.

    Raises:
        StorageError: A file cannot be read.
    """
    last = _by_id(layout, kind).get(wanted) if wanted is not None else None
    return clock.time() if last is None else max(clock.time(), math.nextafter(last.t, math.inf))


def _by_id(layout: Layout, kind: type[Kept]) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for path in layout.view_segments():
        for event in events_in(scan_file(path).frames):
            if isinstance(event, kind) and (event.id not in found or found[event.id].t <= event.t):
                found[event.id] = event
    return found
