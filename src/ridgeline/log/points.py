"""POINTS frames: rows of series id, step, value and time, shuffled byte by byte and deflated."""

import struct

from ridgeline.log import planes
from ridgeline.log.frame import DEFLATE, EPOCH, SHUFFLED, inflate, malformed

ROW = struct.Struct("<Iqdd")  # series id, step, value, time
ROW_EPOCH = struct.Struct("<Iqddd")  # … and epoch
# 16384 rows are 448 KiB plain (576 KiB with epoch): under the frame limit even when nothing compresses.
MAX_ROWS = 1 << 14
# Below this the deflate header and its 30 µs cost more than the bytes they save.
_MIN_ROWS_TO_DEFLATE = 32
_VALUE_BYTES = range(12, 20)  # of a row
_TIME_AT = 20
# Between the floats from 2004 to 2038 lie 2**-22 s. Without their low twelve bits lie 2**-10 s, a little under 1 ms.
# So many of these steps make a second.
TICKS_A_SEC = 1024
_HIGH_NIBBLE = bytes(byte & 0xF0 for byte in range(256))


def round_times(rows: bytearray, *, with_epoch: bool) -> None:
    """Round the times of rows down to 1/1024 s, in place: what is below is noise, and two bytes a point.

    So rounded, times that did not decrease still do not, and no time is later than it was.
    """
    size = ROW_EPOCH.size if with_epoch else ROW.size
    rows[_TIME_AT::size] = bytes(len(rows) // size)
    rows[_TIME_AT + 1 :: size] = rows[_TIME_AT + 1 :: size].translate(_HIGH_NIBBLE)


def round_time(time: float) -> float:
    """Return one time, so rounded."""
    row = bytearray(ROW.pack(0, 0, 0.0, time))
    round_times(row, with_epoch=False)
    rounded: float = ROW.unpack(row)[3]
    return rounded


def encode_points(rows: bytes | bytearray, *, with_epoch: bool) -> tuple[int, bytes]:
    """Return the flags and payload of a frame that holds `rows`, at most MAX_ROWS of them packed one after another.

    The same byte of all rows stands together, which deflate halves again: 6.7 bytes a point instead of 11.2.
    """
    size = ROW_EPOCH.size if with_epoch else ROW.size
    flags = EPOCH if with_epoch else 0
    rows = bytes(rows)
    if len(rows) < _MIN_ROWS_TO_DEFLATE * size:
        return flags, rows
    packed = planes.deflate([rows[i::size] for i in range(size)], _VALUE_BYTES)
    if len(packed) >= len(rows):
        return flags, rows
    return flags | DEFLATE | SHUFFLED, packed


def decode_points(flags: int, payload: bytes | memoryview) -> bytes:
    """Return the rows of a POINTS frame, packed as ROW or, with the flag EPOCH, as ROW_EPOCH.

    Raises:
        StorageError: the payload is not whole rows or not what its flags say.
    """
    rows = inflate(flags, payload)
    size = ROW_EPOCH.size if flags & EPOCH else ROW.size
    n_rows, rest = divmod(len(rows), size)
    if rest:
        raise malformed(f"{len(rows)} bytes are not whole rows of {size}")
    if not flags & SHUFFLED:
        return bytes(rows)
    plain = bytearray(len(rows))
    columns = memoryview(rows)
    for i in range(size):
        plain[i::size] = columns[i * n_rows : (i + 1) * n_rows]
    return bytes(plain)
