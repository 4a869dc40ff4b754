"""Read segments from the disk."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ridgeline.core.errors import NotFoundError, StorageError
from ridgeline.log.events import Event, decode_events
from ridgeline.log.frame import Frame, FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.run_state import RunState, SegmentPosition, fold
from ridgeline.log.scan import Scan, scan


def scan_file(path: Path, *, offset: int = 0, next_number: int = 0) -> Scan:
    """Scan a segment from `offset` to its end.

    Raises:
        StorageError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read()
    except OSError as error:
        raise StorageError(
            f"The log {str(path)!r} cannot be read ({error.strerror or error}). Check the file and its permissions.",
            "log-read-failed",
        ) from error
    return scan(data, base_offset=offset, next_number=next_number)


def events_in(frames: Iterable[Frame]) -> Iterator[Event]:
    """Yield the events of the EVENTS frames among `frames`, in order. A frame that cannot be read is passed over."""
    for frame in frames:
        if frame.type == FrameType.EVENTS:
            try:
                events = decode_events(frame.flags, frame.payload)
            except StorageError:
                continue  # its CRC holds, so a faulty or later writer made it: `ridgeline doctor` reports it
            yield from events


def positioned_events(seg: str, frames: Iterable[Frame]) -> Iterator[tuple[SegmentPosition, Event]]:
    """Yield the events of a whole segment with their positions, as fold takes them."""
    for ordinal, event in enumerate(events_in(frames)):
        yield SegmentPosition(seg, ordinal), event


def read_run_state(layout: Layout, run_id: str) -> RunState:
    """Return the state of a run from all its segments.

    Raises:
        NotFoundError: the run has no segment.
        StorageError: a segment cannot be read.
    """
    segments = list(layout.segments_of(run_id))
    if not segments:
        raise NotFoundError(f"There is no run {run_id!r} in {str(layout.root)!r}.", "run-not-found")
    events = [
        pair for found in segments for pair in positioned_events(found.seg, scan_file(found.path).frames)
    ]
    return fold(events, run_id=run_id)
