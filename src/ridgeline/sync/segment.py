"""A segment that a pass writes: closed when the pass has written it, or held open while the source writes on."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.blobs.store import BlobStore
from ridgeline.core.clock import Clock
from ridgeline.core.ids import new_segment_id
from ridgeline.core.values import Json
from ridgeline.core.version import __version__
from ridgeline.log.console import ConsoleText, encode_console
from ridgeline.log.events import EndEvent, EndStatus, Event, RunEvent, SeriesEvent, SeriesKind, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.marker import marker_of_this_process, remove_marker, write_marker
from ridgeline.log.objects import MAX_INLINE_BYTES, ObjectHeader, encode_object
from ridgeline.log.points import MAX_ROWS, ROW, ROW_EPOCH, encode_points, round_times
from ridgeline.log.writer import SegmentWriter
from ridgeline.sync.source import SourceLine, SourceObject, SourceRun, SourceSeries, context_key

ROWS = np.dtype([("sid", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8")])
ROWS_EPOCH = np.dtype([*ROWS.descr, ("epoch", "<f8")])
_MAX_EVENT_BYTES = 1 << 19
# Lines of one stream that were printed so close to each other stand in a frame together, with the time of the last.
_TOGETHER_SECS = 0.25
_MAX_CONSOLE_CHARS = 1 << 16  # at most four bytes each
# An append is whole or not at all, so its frames are held in memory: 64 objects in frames are 4 MiB at most.
_OBJECTS_AT_ONCE = 64

Frame = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class News:
    """What is to be written about a run."""

    events: tuple[Event, ...] = ()
    series: tuple[SourceSeries, ...] = ()
    objects: tuple[SourceObject, ...] = ()
    console: tuple[SourceLine, ...] = ()

    @property
    def n_points(self) -> int:
        return sum(len(series.step) for series in self.series)

    def __bool__(self) -> bool:
        return bool(self.events or self.n_points or self.objects or self.console)


class RunSegment:
    """A new segment of a run. It has a live marker, which somebody must touch, when it is to be shown as running."""

    def __init__(
        self, layout: Layout, run: SourceRun, begin: float, clock: Clock, *, shown_as_running: bool
    ) -> None:
        """Write the head.

        Raises:
            StorageError: The disk refuses.
        """
        seg = new_segment_id(clock)
        self.marker = layout.live_marker(run.id, seg) if shown_as_running else None
        self.is_open = True
        self._begin = begin
        self._sids: dict[tuple[str, str, SeriesKind], int] = {}
        self._blobs = BlobStore(layout.blobs)
        if self.marker is not None:  # the marker first: a segment without one is taken for lost
            write_marker(self.marker, marker_of_this_process(clock))
        self._writer = SegmentWriter(layout.segment(run.id, seg))
        sdk = f"ridgeline {__version__} sync"
        head = RunEvent(begin, run.id, run.name, run.experiment, run.created, "", 0, run.user, sdk)
        self._writer.append([event_frame([head])])

    def append(self, news: News) -> None:
        """Write what is given.

        Raises:
            StorageError: The disk refuses; what was written before stays.
        """
        declared = [
            *(self._declare(one.name, one.context, "float") for one in news.series),
            *(self._declare(one.name, one.context, one.kind) for one in news.objects),
        ]
        events = [*news.events, *(event for event in declared if event is not None)]
        frames = [event_frame(part) for part in parts(events)]
        for one in news.series:
            frames += self._point_frames(one)
        frames += [(FrameType.CONSOLE, 0, encode_console(text)) for text in _printed(news.console)]
        self._writer.append(frames)
        for start in range(0, len(news.objects), _OBJECTS_AT_ONCE):
            self._writer.append(map(self._object_frame, news.objects[start : start + _OBJECTS_AT_ONCE]))

    def end(self, status: EndStatus, time: float, error: str | None = None) -> None:
        """Write how the run ended."""
        self._writer.append([event_frame([EndEvent(max(self._begin, time), status, error)])])

    def sync(self) -> None:
        """Return when all is on the disk."""
        self._writer.sync()

    def rest(self) -> None:
        """Close the file, and leave the marker: the run goes on, and what it writes next stands in another segment."""
        self.is_open = False
        self._writer.close()

    def close(self) -> None:
        """Sync and close the file, and take the marker away."""
        try:
            self.rest()
        finally:
            if self.marker is not None:
                remove_marker(self.marker)

    def _declare(self, name: str, context: dict[str, Json], kind: SeriesKind) -> SeriesEvent | None:
        key = (name, context_key(context), kind)
        if key in self._sids:
            return None
        self._sids[key] = sid = len(self._sids)
        return SeriesEvent(self._begin, sid, name, context, kind)

    def _point_frames(self, series: SourceSeries) -> Iterable[Frame]:
        order = np.lexsort((series.time, series.step))
        rows = rows_of(series, self._sids[series.name, context_key(series.context), "float"])[order]
        if series.epoch is None:
            yield from _row_frames(rows, with_epoch=False)
            return
        epoch = series.epoch[order]
        known = ~np.isnan(epoch)
        both = np.zeros(int(known.sum()), ROWS_EPOCH)
        for name in ROWS.names or ():
            both[name] = rows[name][known]
        both["epoch"] = epoch[known]
        yield from _row_frames(both, with_epoch=True)
        yield from _row_frames(rows[~known], with_epoch=False)

    def _object_frame(self, one: SourceObject) -> Frame:
        data = one.read()
        inline = len(data) <= MAX_INLINE_BYTES
        header = ObjectHeader(
            self._sids[one.name, context_key(one.context), one.kind],
            one.step,
            one.epoch,
            one.time,
            one.mime,
            one.meta,
            None if inline else self._blobs.put_bytes(data),
            len(data),
        )
        return FrameType.OBJECT, 0, encode_object(header, data if inline else b"")


def _row_frames(rows: NDArray[np.void], *, with_epoch: bool) -> Iterable[Frame]:
    for start in range(0, len(rows), MAX_ROWS):
        packed = rows[start : start + MAX_ROWS].tobytes()
        yield FrameType.POINTS, *encode_points(packed, with_epoch=with_epoch)


def _printed(lines: Iterable[SourceLine]) -> Iterable[ConsoleText]:
    """Put lines together into frames."""
    held: list[SourceLine] = []
    size = 0
    for line in lines:
        new = held and (
            line.stream != held[0].stream
            or line.time - held[0].time > _TOGETHER_SECS
            or size + len(line.text) > _MAX_CONSOLE_CHARS
        )
        if new:
            yield _text_of(held)
            held, size = [], 0
        held.append(line)
        size += len(line.text) + 1
    if held:
        yield _text_of(held)


def _text_of(lines: list[SourceLine]) -> ConsoleText:
    text = "".join(f"{line.text[:_MAX_CONSOLE_CHARS]}\n" for line in lines)
    return ConsoleText(lines[-1].time, lines[0].stream, text)


def rows_of(series: SourceSeries, sid: int = 0) -> NDArray[np.void]:
    """Return points as rows of the log, their times rounded as a log's are."""
    rows = np.zeros(len(series.step), ROWS)
    rows["sid"], rows["step"], rows["value"], rows["time"] = sid, series.step, series.value, series.time
    packed = bytearray(rows.tobytes())
    round_times(packed, with_epoch=False)
    return np.frombuffer(packed, ROWS)


def parts(events: Iterable[Event]) -> list[list[Event]]:
    """Cut events so that each part fits a frame; none where there are none."""
    cut: list[list[Event]] = []
    size = _MAX_EVENT_BYTES
    for event in events:
        length = len(encode_event(event))
        if size + length > _MAX_EVENT_BYTES:
            cut.append([])
            size = 0
        cut[-1].append(event)
        size += length
    return cut


def event_frame(events: Iterable[Event]) -> Frame:
    return FrameType.EVENTS, 0, b"".join(map(encode_event, events))


assert (ROW.size, ROW_EPOCH.size) == (ROWS.itemsize, ROWS_EPOCH.itemsize)
