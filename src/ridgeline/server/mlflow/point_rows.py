"""Points of metrics as MLflow gives them, and as rows of the log."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ridgeline.core.errors import StorageError
from ridgeline.log.frame import EPOCH, FrameType
from ridgeline.log.layout import SegmentPath
from ridgeline.log.points import MAX_ROWS, ROW, ROW_EPOCH, decode_points, encode_points, round_times
from ridgeline.log.read import scan_file

# From here on two times a millisecond apart may be rounded to the same (log/points.py); no clock says so before 2038.
_ROUNDABLE_MS = 1000 << 31


class Point(NamedTuple):
    """A value of a metric; time in milliseconds since 1970."""

    key: str
    step: int
    time_ms: int
    value: float


def point_frames(points: Sequence[Point], sids: dict[str, int]) -> list[tuple[int, int, bytes]]:
    """Return points as rows. Their times are rounded as all are, which still tells milliseconds apart: see `milliseconds`."""
    frames: list[tuple[int, int, bytes]] = []
    pack = ROW.pack
    for start in range(0, len(points), MAX_ROWS):
        part = points[start : start + MAX_ROWS]
        rows = bytearray(
            b"".join([pack(sids[key], step, value, time_ms / 1000) for key, step, time_ms, value in part])
        )
        if max(point.time_ms for point in part) < _ROUNDABLE_MS:
            round_times(rows, with_epoch=False)
        frames.append((FrameType.POINTS, *encode_points(rows, with_epoch=False)))
    return frames


def last_point_time(segment: SegmentPath) -> float:
    """Return the latest time in the last frame of points; 0 when there is none, or none that can be read."""
    frames = [frame for frame in scan_file(segment.path).frames if frame.type == FrameType.POINTS]
    for frame in frames[-1:]:
        try:
            rows = decode_points(frame.flags, frame.payload)
        except StorageError:
            return 0.0
        row = ROW_EPOCH if frame.flags & EPOCH else ROW
        return float(max(values[3] for values in row.iter_unpack(rows)))
    return 0.0


def milliseconds(seconds: float) -> int:
    """Return the whole milliseconds that a time of a point was written from.

    Times are rounded down by less than 1/1024 s, which is less than a millisecond: the next whole one above is it.
    """
    return math.ceil(seconds * 1000 - 0.001)
