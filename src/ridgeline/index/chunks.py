"""Chunks: how the points of a series lie in the index.

A chunk holds CHUNK_POINTS points but the last one of a series, in the order (step, time, segment, position), and the chunks
of a series are in that order too, whatever order the points arrived in. It has the values; its axis has the rest.

The values stand in rows of at most _PART_BYTES, as far as there are numbers for parts: rows of 2.8 KB leave a sixth of
a page of 16 KiB empty, rows of 11 KB a third.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from ridgeline.index import axes, codec
from ridgeline.index.axes import AxisRow, AxisWriter
from ridgeline.index.block import Block, concat, in_order
from ridgeline.index.keys import MAX_PARTS, MAX_SEQ, key_of, mid_of, rid_of, seq_of, with_mid
from ridgeline.index.summaries import STATS, Stats, is_after, join, summarise

CHUNK_POINTS: Final = 4096
_PART_BYTES: Final = 1536
_INSERT: Final = "insert into chunk values (?, ?, ?, ?, ?, ?)"


class ChunkRow(NamedTuple):
    """The rows of a chunk as one; schema.py says what the columns mean."""

    id: int
    n: int
    codec: int
    axis: int
    step0: int
    vals: bytes

    @property
    def rid(self) -> int:
        return rid_of(self.id)

    @property
    def axis_key(self) -> int:
        return with_mid(self.id, self.axis)


def read(connection: sqlite3.Connection, first: int, end: int) -> list[ChunkRow]:
    """Return the chunks with first <= id < end, in order."""
    rows = connection.execute(
        "select id, n, codec, axis, step0, vals from chunk where id >= ? and id < ? order by id", (first, end)
    )
    whole: list[tuple[Any, ...]] = []
    for row in rows:
        if row[1] is not None:
            whole.append(row)
        elif whole:
            *head, vals = whole[-1]
            whole[-1] = *head, vals + row[5]
    return list(map(ChunkRow._make, whole))


def decode(connection: sqlite3.Connection, rows: Sequence[ChunkRow]) -> list[Block]:
    """Return the points of chunks."""
    known = axes.read(connection, [row.axis_key for row in rows])
    return [decode_one(row, known[row.axis_key]) for row in rows]


def decode_one(row: ChunkRow, axis: AxisRow) -> Block:
    """Return the points of a chunk."""
    n = row.n
    block = Block(
        np.full(n, mid_of(row.id), np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.float64),
        np.empty(n, np.float64),
        np.empty(n, np.float64),
    )
    axes.fill_segnos(axis, block.segno)
    axes.fill_steps(axis, block.step)
    axes.fill_epochs(axis, block.epoch)
    axes.fill_times(axis, block.time)
    codec.decode_into(row.codec, row.vals, block.value)
    return block


@dataclass(frozen=True, slots=True)
class ChunkWriter:
    """Puts points into the chunks and summaries of one run."""

    connection: sqlite3.Connection
    rid: int
    ranks: dict[int, int]  # segno → place of the segment among those of the run
    mids: Sequence[int]  # of all series of the run
    is_new: bool = False  # the run has no chunks

    def add(self, block: Block) -> None:
        """Take in points, in the order of arrival."""
        ordered, offsets = in_order(block, self.ranks)
        more = summarise(ordered, offsets)
        mids = ordered.mid[offsets[:-1]].tolist()
        stored = {} if self.is_new else dict(self._stored(mids))
        axis_writer = AxisWriter()
        rows: list[tuple[int | bytes | None, ...]] = []
        stats: list[tuple[int, int, bytes]] = []
        for i, mid in enumerate(mids):
            part = ordered.take(slice(int(offsets[i]), int(offsets[i + 1])))
            seq, part, stats_of_series = self._grow(mid, part, more[i : i + 1], stored.get(mid))
            for row in _cut(mid, self.rid, seq, part, axis_writer):
                rows += _parts(row)
            stats.append((mid, self.rid, stats_of_series.tobytes()))
        axis_writer.flush(self.connection)
        self.connection.executemany(_INSERT, rows)
        self.connection.executemany("insert or replace into series values (?, ?, ?)", stats)

    def _stored(self, mids: list[int]) -> Iterator[tuple[int, Stats]]:
        for mid in mids:
            for (stats,) in self.connection.execute(
                "select stats from series where mid = ? and rid = ?", (mid, self.rid)
            ):
                yield mid, np.frombuffer(stats, STATS)

    def _grow(self, mid: int, part: Block, more: Stats, base: Stats | None) -> tuple[int, Block, Stats]:
        """Return from which seq on a series is to be written, and its points from there on, and its summary.

        Args:
            mid: The metric.
            part: The points that it gets, sorted.
            more: Their summary.
            base: The summary of the chunks that it has.
        """
        if base is None:
            return 0, part, more
        stats = join(base, more)
        if is_after(more, base)[0]:
            seq, rest = divmod(int(base["n"][0]), CHUNK_POINTS)
            return seq, concat([*self._take(mid, seq), part]) if rest else part, stats
        seq = self._first_touched(mid, int(part.step[0]))
        part, _ = in_order(concat([*self._take(mid, seq), part]), self.ranks)
        axes.unshare(self.connection, mid, self.rid, seq, self.mids)
        ends = summarise(part, np.array([0, len(part)]))
        for name in ("last", "step_last", "time_last", "epoch_last"):
            stats[name] = ends[name]
        if seq == 0:
            for name in ("first", "step_first", "time_first"):
                stats[name] = ends[name]
        return seq, part, stats

    def _first_touched(self, mid: int, step: int) -> int:
        """Return the last chunk that begins below a step: points at or after the step stand in it or after it."""
        key = key_of(mid, self.rid)
        found = self.connection.execute(
            "select max(id) from chunk where id >= ? and id < ? and step0 < ?",
            (key, key_of(mid, self.rid + 1), step),
        ).fetchone()[0]
        return 0 if found is None else seq_of(int(found))

    def _take(self, mid: int, seq: int) -> list[Block]:
        """Remove the chunks of a series from `seq` on and return their points."""
        keys = key_of(mid, self.rid, seq), key_of(mid, self.rid + 1)
        blocks = decode(self.connection, read(self.connection, *keys))
        self.connection.execute("delete from chunk where id >= ? and id < ?", keys)
        return blocks


def _cut(mid: int, rid: int, seq: int, part: Block, axis_writer: AxisWriter) -> Iterator[ChunkRow]:
    """Yield the chunks of a series from `seq` on."""
    for number, start in enumerate(range(0, len(part), CHUNK_POINTS), seq):
        # A series that outgrows its chunks would run into that of the next run; 268 M points do not happen.
        assert number <= MAX_SEQ
        block = part.take(slice(start, start + CHUNK_POINTS))
        key = key_of(mid, rid, number)
        axis = axis_writer.add(key, block)
        how = codec.codec_for_values(block.value)
        yield ChunkRow(key, len(block), how, axis, int(block.step[0]), codec.encode(how, block.value))


def _parts(row: ChunkRow) -> Iterator[tuple[int | bytes | None, ...]]:
    """Yield the rows of the table that a chunk takes, of about the same length."""
    n_parts = min(MAX_PARTS, -(-len(row.vals) // _PART_BYTES))
    part_bytes = -(-len(row.vals) // n_parts)
    yield (*row[:-1], row.vals[:part_bytes])
    for number in range(1, n_parts):
        start = number * part_bytes
        yield (row.id + number, None, None, None, None, row.vals[start : start + part_bytes])
