"""Read a stretch of a segment: from frames to columns and rows, without a database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import StorageError
from ridgeline.index.base import NUMERIC_KINDS
from ridgeline.index.block import Block
from ridgeline.log.console import decode_console
from ridgeline.log.events import AliveEvent, EndEvent, Event, SeriesEvent, decode_event
from ridgeline.log.frame import EPOCH, SHUFFLED, Frame, FrameType, inflate, malformed
from ridgeline.log.objects import ObjectHeader, decode_object
from ridgeline.log.scan import Scan

_ROW: Final = np.dtype([("sid", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8")])
_ROW_EPOCH: Final = np.dtype([*_ROW.descr, ("epoch", "<f8")])
_INT64: Final = range(-(1 << 63), 1 << 63)
# Series ids below this are looked up in a table, 1 ns a point; a writer counts them from 0.
_TABLE_SIDS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Series:
    """What a series id stands for in a segment."""

    mid: int
    kind: str


@dataclass(frozen=True, slots=True)
class ObjectRow:
    offset: int
    mid: int
    header: ObjectHeader


@dataclass(frozen=True, slots=True)
class ConsoleRow:
    offset: int
    time: float
    n_lines: int


@dataclass(slots=True)
class Growth:
    """What a stretch of a segment holds."""

    segno: int
    series: dict[int, Series]  # by series id, those known before too
    events: list[Event] = field(default_factory=list)
    lines: list[tuple[int, bytes]] = field(default_factory=list)  # offset of the frame, the lines to keep
    blocks: list[Block] = field(default_factory=list)
    objects: list[ObjectRow] = field(default_factory=list)
    consoles: list[ConsoleRow] = field(default_factory=list)
    n_unreadable: int = 0  # frames whose CRC holds and whose payload does not
    seen: float = -np.inf  # newest time of anything
    ended: bool = False  # the last event says that the writer closed the segment

    def saw(self, time: float) -> None:
        """Note the time of something; times that are not finite say nothing."""
        if np.isfinite(time) and time > self.seen:
            self.seen = float(time)


def parse(
    found: Scan, segno: int, series: dict[int, Series], define: Callable[[SeriesEvent], Series]
) -> Growth:
    """Return what the frames of a scan hold.

    Args:
        found: The frames.
        segno: The number of the segment.
        series: Series ids that are defined in the segment before the scan.
        define: Returns what a definition stands for.
    """
    growth = Growth(segno, dict(series))
    pending: list[Frame] = []  # points are decoded together, as long as no definition comes between
    for frame in found.frames:
        try:
            if frame.type == FrameType.POINTS:
                pending.append(frame)
            elif frame.type == FrameType.EVENTS:
                _take_events(growth, frame, define, pending)
            elif frame.type == FrameType.OBJECT:
                _take_object(growth, frame)
            elif frame.type == FrameType.CONSOLE:
                _take_console(growth, frame)
        except StorageError:  # its CRC holds: a faulty or later writer made it, `ridgeline doctor` reports it
            growth.n_unreadable += 1
    _take_points(growth, pending)
    return growth


def _take_events(
    growth: Growth, frame: Frame, define: Callable[[SeriesEvent], Series], pending: list[Frame]
) -> None:
    kept: list[bytes] = []
    for line in bytes(inflate(frame.flags, frame.payload)).split(b"\n"):
        event = decode_event(line) if line else None
        if event is None:
            continue
        growth.saw(event.t)
        growth.ended = isinstance(event, EndEvent)
        if isinstance(event, SeriesEvent):
            _take_points(growth, pending)
            growth.series[event.sid] = define(event)
        elif not isinstance(event, AliveEvent):
            kept.append(line)
            growth.events.append(event)
    if kept:
        growth.lines.append((frame.offset, b"\n".join(kept)))


def _take_object(growth: Growth, frame: Frame) -> None:
    header, _ = decode_object(frame.flags, frame.payload)
    if header.step not in _INT64 or header.size_bytes not in _INT64:
        raise malformed("a number in its header is beyond 64 bits")
    series = growth.series.get(header.sid)
    if series is not None and series.kind not in NUMERIC_KINDS:
        growth.saw(header.time)
        growth.objects.append(ObjectRow(frame.offset, series.mid, header))


def _take_console(growth: Growth, frame: Frame) -> None:
    printed = decode_console(frame.flags, frame.payload)
    growth.saw(printed.time)
    growth.consoles.append(ConsoleRow(frame.offset, printed.time, count_lines(printed.text)))


def count_lines(text: str) -> int:
    """Return how many lines a piece of console output has; only a newline ends one."""
    return text.count("\n") + (not text.endswith("\n") and text != "")


def _take_points(growth: Growth, pending: list[Frame]) -> None:
    """Decode the POINTS frames that wait and leave none."""
    if not pending:
        return
    rows: list[NDArray[np.void]] = []
    for frame in pending:
        try:
            rows.append(_rows(frame))
        except StorageError:
            growth.n_unreadable += 1
    pending.clear()
    lookup = _Lookup(growth.series)
    for part in _same_layout(rows):
        mid = lookup.mids(part["sid"])
        known = mid > 0
        # A definition that was lost with a damaged frame takes its points along.
        chosen, mid = (part, mid) if known.all() else (part[known], mid[known])
        if not len(chosen):
            continue
        time = np.ascontiguousarray(chosen["time"])
        growth.saw(float(np.max(time, where=np.isfinite(time), initial=-np.inf)))
        with_epoch = "epoch" in (part.dtype.names or ())
        growth.blocks.append(
            Block(
                mid,
                np.full(len(mid), growth.segno, np.int64),
                np.ascontiguousarray(chosen["step"]),
                np.ascontiguousarray(chosen["epoch"]) if with_epoch else np.full(len(mid), np.nan),
                time,
                np.ascontiguousarray(chosen["value"]),
            )
        )


def _rows(frame: Frame) -> NDArray[np.void]:
    dtype = _ROW_EPOCH if frame.flags & EPOCH else _ROW
    plain = np.frombuffer(inflate(frame.flags, frame.payload), np.uint8)
    if len(plain) % dtype.itemsize:
        raise malformed(f"{len(plain)} bytes are not whole rows of {dtype.itemsize}")
    if frame.flags & SHUFFLED:
        plain = np.ascontiguousarray(plain.reshape(dtype.itemsize, -1).T).reshape(-1)
    return plain.view(dtype)


def _same_layout(rows: list[NDArray[np.void]]) -> list[NDArray[np.void]]:
    """Join neighbours of one dtype; the order stays."""
    groups: list[list[NDArray[np.void]]] = []
    for part in rows:
        if groups and groups[-1][0].dtype == part.dtype:
            groups[-1].append(part)
        else:
            groups.append([part])
    return [np.concatenate(group) if len(group) > 1 else group[0] for group in groups]


class _Lookup:
    """From series ids to the mids of numeric series, 0 for anything else."""

    def __init__(self, series: dict[int, Series]) -> None:
        numeric = {sid: of.mid for sid, of in series.items() if of.kind in NUMERIC_KINDS}
        self._sids = np.array(sorted(numeric), np.int64)
        self._mids = np.array([numeric[sid] for sid in sorted(numeric)], np.int64)
        self._table: NDArray[np.int64] | None = None
        if not len(self._sids) or self._sids[-1] < _TABLE_SIDS:
            # The last entry is what ids beyond the table are clipped to.
            self._table = np.zeros(int(self._sids[-1]) + 2 if len(self._sids) else 1, np.int64)
            self._table[self._sids] = self._mids

    def mids(self, sid: NDArray[np.uint32]) -> NDArray[np.int64]:
        if self._table is not None:
            return self._table[np.minimum(sid, len(self._table) - 1)]
        at = np.minimum(np.searchsorted(self._sids, sid), len(self._sids) - 1)
        return np.where(self._sids[at] == sid, self._mids[at], 0)
