"""Chunks: how the points of a series lie in the index.

A chunk holds CHUNK_POINTS points but the last one of a series, in the order (step, time, segment, position), and the chunks
of a series are in that order too, whatever order the points arrived in.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ridgeline.index import codec
from ridgeline.index.base import Floats, Ints
from ridgeline.index.block import Block, concat, in_order
from ridgeline.index.summaries import STATS, Stats, is_after, join, summarise

CHUNK_POINTS: Final = 4096
_SEQ_BITS: Final = 16
_MID_SHIFT: Final = 43
_SELECT: Final = (
    "select id, n, codec, segno, segnos, step0, dstep, steps, epoch0, epochs, time_unit, times, vals from chunk"
    " where id >= ? and id < ? order by id"
)
_INSERT: Final = "insert or replace into chunk values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def chunk_id(mid: int, rid: int = 0, seq: int = 0) -> int:
    """Return the key of a chunk."""
    return mid << _MID_SHIFT | rid << _SEQ_BITS | seq


class ChunkRow(NamedTuple):
    """A row of the table `chunk`; schema.py says what the columns mean."""

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
    vals: bytes

    @property
    def rid(self) -> int:
        return self.id >> _SEQ_BITS & (1 << _MID_SHIFT - _SEQ_BITS) - 1


def encode(key: int, block: Block) -> ChunkRow:
    """Return the row of a chunk that holds all points of a sorted block of one series."""
    n = len(block)
    how = codec.codec_for(n)
    dstep = _stride(block.step)
    segno = int(block.segno[0])
    one_segment = bool(np.all(block.segno == segno))
    epoch0, epochs = _epochs(how, block.epoch)
    unit, times = codec.times_to_integers(block.time)
    return ChunkRow(
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
        codec.encode(how, block.value),
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


def fill_steps(row: ChunkRow, out: Ints) -> None:
    """Write the steps of a chunk."""
    if row.dstep is None:
        codec.decode_into(row.codec, row.steps or b"", out)
    else:
        np.multiply(_COUNT[: row.n], row.dstep, out=out)
        out += row.step0


_COUNT: Final = np.arange(CHUNK_POINTS)


def fill_times(row: ChunkRow, out: Floats) -> None:
    """Write the times of a chunk."""
    if row.time_unit == codec.SECONDS:
        codec.decode_into(row.codec, row.times, out)
    else:
        whole = np.empty(row.n, np.int64)
        codec.decode_into(row.codec, row.times, whole)
        codec.integers_to_times(row.time_unit, whole, out)


def fill_epochs(row: ChunkRow, out: Floats) -> None:
    """Write the epochs of a chunk, NaN where there is none."""
    if row.epochs is not None:
        codec.decode_into(row.codec, row.epochs, out)
    else:
        out[:] = np.nan if row.epoch0 is None else row.epoch0


def decode(row: ChunkRow) -> Block:
    """Return the points of a chunk."""
    n = row.n
    block = Block(
        np.full(n, row.id >> _MID_SHIFT, np.int64),
        np.full(n, row.segno or 0, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.float64),
        np.empty(n, np.float64),
        np.empty(n, np.float64),
    )
    if row.segnos is not None:
        codec.decode_into(row.codec, row.segnos, block.segno)
    fill_steps(row, block.step)
    fill_epochs(row, block.epoch)
    fill_times(row, block.time)
    codec.decode_into(row.codec, row.vals, block.value)
    return block


def read(connection: sqlite3.Connection, first: int, end: int) -> Iterator[ChunkRow]:
    """Yield the chunks with first <= id < end, in order."""
    rows = connection.execute(_SELECT, (first, end))
    return map(ChunkRow._make, rows)


@dataclass(frozen=True, slots=True)
class ChunkWriter:
    """Puts points into the chunks and summaries of one run."""

    connection: sqlite3.Connection
    rid: int
    ranks: dict[int, int]  # segno → place of the segment among those of the run

    def add(self, block: Block) -> None:
        """Take in points, in the order of arrival."""
        ordered, offsets = in_order(block, self.ranks)
        more = summarise(ordered, offsets)
        mids = ordered.mid[offsets[:-1]]
        rows: list[ChunkRow] = []
        stats: list[tuple[int, int, bytes]] = []
        for i, mid in enumerate(mids.tolist()):
            part = ordered.take(slice(int(offsets[i]), int(offsets[i + 1])))
            rows_of_series, stats_of_series = self._grow(mid, part, more[i : i + 1])
            rows += rows_of_series
            stats.append((mid, self.rid, stats_of_series.tobytes()))
        self.connection.executemany(_INSERT, rows)
        self.connection.executemany("insert or replace into series values (?, ?, ?)", stats)

    def _grow(self, mid: int, part: Block, more: Stats) -> tuple[list[ChunkRow], Stats]:
        """Return the chunks to write, and the summary, of a series that gets the sorted points `part`."""
        found = self.connection.execute(
            "select stats from series where mid = ? and rid = ?", (mid, self.rid)
        ).fetchone()
        if found is None:
            return list(self._cut(mid, 0, part)), more
        base = np.frombuffer(found[0], STATS)
        stats = join(base, more)
        if is_after(more, base)[0]:
            seq, rest = divmod(int(base["n"][0]), CHUNK_POINTS)
            if rest:
                part = concat([*self._read(mid, seq), part])
            return list(self._cut(mid, seq, part)), stats
        seq = self._first_touched(mid, int(part.step[0]))
        part, _ = in_order(concat([*self._read(mid, seq), part]), self.ranks)
        ends = summarise(part, np.array([0, len(part)]))
        for name in ("last", "step_last", "time_last", "epoch_last"):
            stats[name] = ends[name]
        if seq == 0:
            for name in ("first", "step_first", "time_first"):
                stats[name] = ends[name]
        return list(self._cut(mid, seq, part)), stats

    def _first_touched(self, mid: int, step: int) -> int:
        """Return the last chunk that begins below a step: points at or after the step stand in it or after it."""
        key = chunk_id(mid, self.rid)
        found = self.connection.execute(
            "select max(id) from chunk where id >= ? and id < ? and step0 < ?",
            (key, key + (1 << _SEQ_BITS), step),
        ).fetchone()[0]
        return 0 if found is None else int(found) - key

    def _read(self, mid: int, seq: int) -> list[Block]:
        rows = read(self.connection, chunk_id(mid, self.rid, seq), chunk_id(mid, self.rid + 1))
        return [decode(row) for row in rows]

    def _cut(self, mid: int, seq: int, part: Block) -> Iterator[ChunkRow]:
        for number, start in enumerate(range(0, len(part), CHUNK_POINTS), seq):
            # A series that outgrows its 65536 chunks would run into the next one; 268 M points do not happen.
            assert number < 1 << _SEQ_BITS
            yield encode(chunk_id(mid, self.rid, number), part.take(slice(start, start + CHUNK_POINTS)))
