"""Take in one segment: read the log on from where it was left, and keep the rows that belong to it."""

import json
import math
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from ridgeline.core.values import encodable, encode_floats
from ridgeline.index import event_text
from ridgeline.index.metrics import KIND_NUMBERS, KINDS
from ridgeline.index.parse import Growth, Series, parse
from ridgeline.log.events import Event, RunEvent, SeriesEvent, decode_event
from ridgeline.log.run_state import SegmentPosition
from ridgeline.log.scan import Scan, scan

# A segment without a live marker is settled when it has not changed for so long.
SETTLED_SECS: Final = 15.0
# Bounds the memory of one take: 16 MiB of log are about 2.4 M points.
_READ_BYTES: Final = 16 << 20
_SERIES: Final = np.dtype("<u4")


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A row of the table `segment`."""

    segno: int
    rid: int
    id: str
    size_bytes: int
    read_bytes: int
    frame_no: int
    n_gaps: int
    began: float | None
    seen: float | None
    settled: bool
    series: dict[int, Series]  # by series id


_SELECT: Final = (
    "select segno, size_bytes, read_bytes, frame_no, n_gaps, began, seen, settled, series from segment"
)


def find(connection: sqlite3.Connection, rid: int, seg: str, *, is_new: bool) -> SegmentRow:
    """Return a segment, a new row if need be. `is_new` tells that its run has none yet."""
    row = None if is_new else connection.execute(f"{_SELECT} where rid = ? and id = ?", (rid, seg)).fetchone()
    if row is not None:
        segno, size_bytes, read_bytes, frame_no, n_gaps, began, seen, settled, series = row
        return SegmentRow(
            *(segno, rid, seg, size_bytes, read_bytes, frame_no, n_gaps, began, seen),
            settled=bool(settled),
            series=_unpack(series),
        )
    cursor = connection.execute(
        "insert into segment values (null, ?, ?, 0, 0, 0, 0, null, null, 0, x'')", (rid, seg)
    )
    assert cursor.lastrowid is not None
    return SegmentRow(cursor.lastrowid, rid, seg, -1, 0, 0, 0, None, None, settled=False, series={})


def _pack(series: dict[int, Series]) -> bytes:
    rows = [(sid, of.mid, KIND_NUMBERS[of.kind]) for sid, of in series.items()]
    return np.array(rows, _SERIES).tobytes()


def _unpack(data: bytes) -> dict[int, Series]:
    rows = np.frombuffer(data, _SERIES).reshape(-1, 3).tolist()
    return {sid: Series(mid, KINDS[kind]) for sid, mid, kind in rows}


class Step(NamedTuple):
    """What came of reading a segment on."""

    row: SegmentRow
    growth: Growth | None  # None: nothing, or nothing that is whole
    unfinished: bool  # there is more to be read right away


def take(
    connection: sqlite3.Connection,
    row: SegmentRow,
    path: str,
    define: Callable[[SeriesEvent], Series],
    *,
    is_live: bool,
    now: float,
) -> Step:
    """Read a segment on, a piece that bounds time and memory, and note how far.

    `define` says what a definition stands for.

    Raises:
        OSError: The segment is gone or cannot be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - a Path costs more than the call
        stat = os.fstat(file.fileno())
        found, end = _scan_piece(file, row, stat.st_size)
    growth = None
    unfinished = end < stat.st_size
    ended = row.settled
    if found is not None:
        growth = parse(found, row.segno, row.series, define)
        _write(connection, row.rid, growth)
        ended = growth.ended
        row = replace(
            row,
            read_bytes=found.next_offset,
            frame_no=found.next_number,
            n_gaps=row.n_gaps + len(found.gaps) + growth.n_unreadable,
            began=_began(growth, row.began),
            seen=_newer(row.seen, growth.seen),
            series=growth.series,
        )
    settled = (ended and row.read_bytes == stat.st_size) or (
        not is_live and now - stat.st_mtime > SETTLED_SECS
    )
    # What is unfinished looks as if it had grown, should this process not go on.
    size_bytes = row.read_bytes if unfinished else stat.st_size
    row = replace(row, size_bytes=size_bytes, settled=settled and not unfinished)
    connection.execute(
        "update segment set size_bytes = ?, read_bytes = ?, frame_no = ?, n_gaps = ?, began = ?, seen = ?, settled = ?,"
        " series = ? where segno = ?",
        (
            *(row.size_bytes, row.read_bytes, row.frame_no, row.n_gaps, row.began, row.seen, row.settled),
            *(_pack(row.series), row.segno),
        ),
    )
    return Step(row, growth, unfinished)


def _scan_piece(file: BinaryIO, row: SegmentRow, size_bytes: int) -> tuple[Scan | None, int]:
    """Scan a file on from where a row says it was left; return what was found, and up to where was looked."""
    length = _READ_BYTES
    while row.read_bytes < size_bytes:
        file.seek(row.read_bytes)
        data = file.read(min(length, size_bytes - row.read_bytes))
        end = row.read_bytes + len(data)
        found = scan(data, base_offset=row.read_bytes, next_number=row.frame_no)
        if found.next_offset > row.read_bytes:
            return found, end
        if end >= size_bytes or not data:
            break  # torn, or in flight
        length *= 2  # damage longer than a piece
    return None, size_bytes


def _began(growth: Growth, known: float | None) -> float | None:
    """Return when the session of a segment began, as fold() sees it: at its last head."""
    return next((event.t for event in reversed(growth.events) if isinstance(event, RunEvent)), known)


def _newer(known: float | None, seen: float) -> float | None:
    newest = max(seen, -math.inf if known is None else known)
    return newest if math.isfinite(newest) else None


def signs_of(connection: sqlite3.Connection, rid: int) -> dict[str, float]:
    """Return the last sign of life of each segment of a run that gave one."""
    return dict(
        connection.execute(
            "select id, seen from segment where rid = ? and seen is not null", (rid,)
        ).fetchall()
    )


def joins_attempts(connection: sqlite3.Connection, before: SegmentRow, after: SegmentRow) -> bool:
    """Tell whether a segment that grew now reaches into a session that it ended before, so that they are one attempt."""
    reach = -math.inf if before.seen is None else before.seen
    sql = "select 1 from segment where rid = ? and began > ? and began <= ?"
    return connection.execute(sql, (after.rid, reach, after.seen)).fetchone() is not None


def _write(connection: sqlite3.Connection, rid: int, growth: Growth) -> None:
    """Keep the events, objects and console output of a piece."""
    segno = growth.segno
    if growth.lines:
        # One row for all frames of the piece: they compress three times better together.
        lines = event_text.deflate(b"\n".join([lines for _, lines in growth.lines]))
        connection.execute("insert into event values (?, ?, ?, ?)", (rid, segno, growth.lines[0][0], lines))
    if growth.consoles:
        connection.executemany(
            "insert into console values (?, ?, ?, ?, ?)",
            [(rid, segno, console.offset, console.time, console.n_lines) for console in growth.consoles],
        )
    if growth.objects:
        connection.executemany(
            "insert into object values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(
                        rid,
                        found.mid,
                        segno,
                        found.offset,
                        found.header.step,
                        found.header.time,
                        found.header.epoch,
                    ),
                    encodable(found.header.mime),
                    json.dumps(encode_floats(found.header.meta)),
                    None if found.header.blob is None else encodable(found.header.blob),
                    found.header.size_bytes,
                )
                for found in growth.objects
            ],
        )


def events_of(connection: sqlite3.Connection, rid: int) -> Iterator[tuple[SegmentPosition, Event]]:
    """Yield the events of a run that its state depends on, as fold() takes them."""
    rows = connection.execute(
        "select segment.id, lines from event join segment using (segno) where event.rid = ? order by segno, offset",
        (rid,),
    )
    ordinal = 0  # rises over all segments, and so within each
    for seg, lines in rows:
        for line in event_text.inflate(lines).split(b"\n"):
            event = decode_event(line)
            if event is not None:
                yield SegmentPosition(seg, ordinal), event
                ordinal += 1
