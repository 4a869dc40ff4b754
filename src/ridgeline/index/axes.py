"""Axes: where the points of a chunk stand, that is, their steps, epochs, times and segments.

Metrics that are tracked together have them in common. An axis is written once for all series of a run that have it: without
that, times would take as many bytes as values. A chunk names the metric whose axis, of the same run and seq, begins
with its points. An axis only ever gets longer; before one is written anew otherwise, those who use it get a copy.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from ridgeline.index import codec
from ridgeline.index.base import Floats, Ints
from ridgeline.index.block import Block
from ridgeline.index.file import DamagedError
from ridgeline.index.keys import key_of, mid_of, with_mid

# Keys in one statement; SQLite allows 32766.
_BATCH: Final = 500


class AxisRow(NamedTuple):
    """A row of the table `axis`; schema.py says what the columns mean."""

    id: int
    n: int
    codec: int
    segno: int | None
    segnos: bytes | None
    step0: int
    dstep: int | None
    steps: bytes | None
    epoch0: float | None
    epochs: bytes | None
    time_unit: int
    times: bytes

    @property
    def has_epoch(self) -> bool:
        return self.epoch0 is not None or self.epochs is not None


INSERT: Final = "insert or replace into axis values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT: Final = (
    "select id, n, codec, segno, segnos, step0, dstep, steps, epoch0, epochs, time_unit, times from axis"
)


def encode(key: int, block: Block) -> AxisRow:
    """Return the axis of all points of a sorted block of one series."""
    n = len(block)
    how = codec.codec_for(n)
    dstep = _stride(block.step)
    segno = int(block.segno[0])
    one_segment = bool(np.all(block.segno == segno))
    epoch0, epochs = _epochs(how, block.epoch)
    unit, times = codec.times_to_integers(block.time)
    return AxisRow(
        key,
        n,
        how,
        segno if one_segment else None,
        None if one_segment else codec.encode(how, block.segno),
        int(block.step[0]),
        dstep,
        None if dstep is not None else codec.encode(how, block.step),
        epoch0,
        epochs,
        unit,
        codec.encode(how, times),
    )


def _stride(step: Ints) -> int | None:
    """Return the difference between steps when it is everywhere the same and can be stored."""
    if len(step) == 1:
        return 0
    stride = int(step[1]) - int(step[0])
    last = int(step[0]) + stride * (len(step) - 1)
    if last != int(step[-1]) or (len(step) > 2 and np.any(np.diff(step) != stride)):
        return None
    return stride if -(1 << 62) < stride < 1 << 62 else None


def _epochs(how: int, epoch: Floats) -> tuple[float | None, bytes | None]:
    bits = epoch.view(np.int64)
    if np.isnan(epoch).all():
        return None, None
    if np.all(bits == bits[0]):
        return float(epoch[0]), None
    return None, codec.encode(how, epoch)


def fill_steps(axis: AxisRow, out: Ints) -> None:
    """Write as many steps as `out` has room for."""
    if axis.dstep is None:
        fill(axis, axis.steps or b"", out)
    else:
        np.multiply(np.arange(len(out)), axis.dstep, out=out)
        out += axis.step0


def fill_times(axis: AxisRow, out: Floats) -> None:
    """Write as many times."""
    if axis.time_unit == codec.SECONDS:
        fill(axis, axis.times, out)
    else:
        whole = np.empty(len(out), np.int64)
        fill(axis, axis.times, whole)
        codec.integers_to_times(axis.time_unit, whole, out)


def fill_epochs(axis: AxisRow, out: Floats) -> None:
    """Write as many epochs, NaN where there is none."""
    if axis.epochs is not None:
        fill(axis, axis.epochs, out)
    else:
        out[:] = np.nan if axis.epoch0 is None else axis.epoch0


def fill_segnos(axis: AxisRow, out: Ints) -> None:
    """Write as many numbers of segments."""
    if axis.segnos is not None:
        fill(axis, axis.segnos, out)
    else:
        out[:] = axis.segno or 0


def fill(axis: AxisRow, packed: bytes, out: Floats | Ints) -> None:
    """Decode as much of a column of an axis as `out` has room for."""
    if len(out) == axis.n:
        codec.decode_into(axis.codec, packed, out)
    else:
        longer = np.empty_like(out, shape=axis.n)
        codec.decode_into(axis.codec, packed, longer)
        out[:] = longer[: len(out)]


def read(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, AxisRow]:
    """Return axes by key.

    Raises:
        DamagedError: One of them is not there.
    """
    found: dict[int, AxisRow] = {}
    by_mid: dict[int, list[int]] = {}
    for key in keys:
        by_mid.setdefault(mid_of(key), []).append(key)
    for wanted in by_mid.values():
        found |= {row[0]: AxisRow._make(row) for row in _rows(connection, wanted)}
    if not found.keys() >= set(keys):
        raise DamagedError("a chunk has lost its axis")
    return found


def _rows(connection: sqlite3.Connection, wanted: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield the rows of one metric: in one stretch when most of it is wanted, else by key."""
    first, last = min(wanted), max(wanted)
    if last - first < key_of(0, 4 * len(wanted)):
        yield from connection.execute(f"{_SELECT} where id between ? and ?", (first, last))
        return
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        yield from connection.execute(f"{_SELECT} where id in ({', '.join('?' * len(batch))})", batch)


class AxisWriter:
    """Writes the axes of one run in one go, each once."""

    def __init__(self) -> None:
        self._written: dict[tuple[object, ...], list[tuple[int, Block]]] = {}
        self._rows: list[AxisRow] = []

    def add(self, key: int, block: Block) -> int:
        """Return the mid of an axis with the points of a block, written for the chunk `key` unless there is one."""
        rid_and_seq = with_mid(key, 0)
        ends = (block.step[0], block.step[-1], block.time[0], block.time[-1])
        alike = self._written.setdefault((rid_and_seq, len(block), *ends), [])
        for mid, other in alike:
            if _same(block, other):
                return mid
        alike.append((mid_of(key), block))
        self._rows.append(encode(key, block))
        return mid_of(key)

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write them into the table."""
        connection.executemany(INSERT, self._rows)


def _same(a: Block, b: Block) -> bool:
    # As bytes: NaN equals NaN, and 50 points take a tenth of what np.array_equal does.
    return (
        a.time.tobytes() == b.time.tobytes()
        and a.step.tobytes() == b.step.tobytes()
        and a.epoch.tobytes() == b.epoch.tobytes()
        and a.segno.tobytes() == b.segno.tobytes()
    )


def unshare(connection: sqlite3.Connection, mid: int, rid: int, seq: int, others: Iterable[int]) -> None:
    """Give the other metrics of a run copies of what they use of the axes of one from seq on."""
    for other in others:
        if other == mid:
            continue
        users = connection.execute(
            "select id from chunk where id >= ? and id < ? and axis = ?",
            (key_of(other, rid, seq), key_of(other, rid + 1), mid),
        ).fetchall()
        for (key,) in users:
            axis = read(connection, [with_mid(key, mid)])[with_mid(key, mid)]
            connection.execute(INSERT, axis._replace(id=key))
            connection.execute("update chunk set axis = ? where id = ?", (other, key))
