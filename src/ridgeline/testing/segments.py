"""Write segments for tests: what a writer would put into the log, with times and ids that the test chooses."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, Self

from ridgeline.core.values import Json
from ridgeline.log.console import ConsoleText, encode_console
from ridgeline.log.events import (
    EndEvent,
    EndStatus,
    Event,
    PropEvent,
    PropName,
    RunEvent,
    SeriesEvent,
    SeriesKind,
    SetEvent,
    TagEvent,
    encode_event,
)
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.objects import ObjectHeader, encode_object
from ridgeline.log.points import MAX_ROWS, ROW, ROW_EPOCH, encode_points
from ridgeline.log.writer import SegmentWriter

# step, value, time, and maybe epoch
Point = tuple[int, float, float] | tuple[int, float, float, float]


class TestSegment:
    """A segment of a run. Each call appends one frame, or several when it holds more than a frame takes."""

    __test__ = False  # pytest takes every class of this name for a test

    def __init__(self, layout: Layout, run_id: str, seg: str) -> None:
        self.run_id = run_id
        self.seg = seg
        self.path: Path = layout.segment(run_id, seg)
        self._writer = SegmentWriter(self.path)
        self._sids: dict[tuple[str, str, str], int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; no event says so."""
        self._writer.close()

    def events(self, events: Iterable[Event]) -> None:
        self._writer.append([(FrameType.EVENTS, 0, b"".join(map(encode_event, events)))])

    def head(self, t: float, *, name: str | None = None, experiment: str | None = None) -> None:
        self.events([RunEvent(t, self.run_id, name, experiment, t, "host", 1, "user", "test")])

    def set(self, t: float, path: Sequence[str], value: Json) -> None:
        self.events([SetEvent(t, tuple(path), value)])

    def prop(self, t: float, name: PropName, value: str | bool | None) -> None:  # noqa: FBT001 - the value itself
        self.events([PropEvent(t, name, value)])

    def tag(self, t: float, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        self.events([TagEvent(t, tuple(add), tuple(remove))])

    def end(self, t: float, status: EndStatus = "finished") -> None:
        self.events([EndEvent(t, status)])

    def series(
        self, t: float, name: str, context: dict[str, Json] | None = None, kind: SeriesKind = "float"
    ) -> int:
        """Define a series, once, and return its id."""
        key = name, repr(context), kind
        if key not in self._sids:
            self._sids[key] = len(self._sids) + 1
            self.events([SeriesEvent(t, self._sids[key], name, context or {}, kind)])
        return self._sids[key]

    def points(self, points: Iterable[tuple[int, Point]]) -> None:
        """Append points of series by id; neighbours with and without epoch go to frames of their own."""
        rows: list[bytes] = []
        with_epoch = False
        for sid, point in points:
            if rows and (len(rows) == MAX_ROWS or (len(point) == 4) != with_epoch):
                self.rows(b"".join(rows), with_epoch=with_epoch)
                rows = []
            with_epoch = len(point) == 4
            rows.append((ROW_EPOCH if with_epoch else ROW).pack(sid, *point))
        if rows:
            self.rows(b"".join(rows), with_epoch=with_epoch)

    def rows(self, rows: bytes, *, with_epoch: bool = False) -> None:
        """Append points that are packed already, at most MAX_ROWS."""
        flags, payload = encode_points(rows, with_epoch=with_epoch)
        self._writer.append([(FrameType.POINTS, flags, payload)])

    def text(self, sid: int, step: int, time: float, text: str) -> None:
        data = text.encode()
        header = ObjectHeader(sid, step, None, time, "text/plain", {}, None, len(data))
        self._writer.append([(FrameType.OBJECT, 0, encode_object(header, data))])

    def console(self, time: float, text: str, stream: Literal["stdout", "stderr"] = "stdout") -> None:
        self._writer.append([(FrameType.CONSOLE, 0, encode_console(ConsoleText(time, stream, text)))])


def segment_id(number: int) -> str:
    """Return a segment id that sorts by its number."""
    return f"{number:016x}-{number:08x}"
