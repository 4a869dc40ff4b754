"""Read the points of one metric: one stretch of chunks and the tails. Each column is decoded when it is first looked at."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from typing import NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from ridgeline.index import axes, chunks, codec
from ridgeline.index.axes import AxisRow
from ridgeline.index.base import Floats, Ints
from ridgeline.index.block import Block, concat, in_order
from ridgeline.index.chunks import ChunkRow
from ridgeline.index.file import DamagedError
from ridgeline.index.keys import key_of
from ridgeline.index.tails import Tails, segment_ranks

Column = TypeVar("Column")
Number = TypeVar("Number", bound=np.generic)

# Runs whose numbers lie this close are read in one stretch; what lies between is passed over. A seek costs as much as
# reading this many short chunks.
_MAX_GAP = 4
_BLOCK = 1 << 14


@dataclass(frozen=True, slots=True)
class _Stored:
    """Chunks as they stand in the index, and where their points go in a column."""

    rows: list[ChunkRow]
    axes: list[AxisRow]  # of each row
    parts: list[slice]
    total: int

    def block(self, number: int) -> Block:
        """Return the points of one chunk."""
        return chunks.decode_one(self.rows[number], self.axes[number])

    def values(self) -> Floats:
        """Decode one column of all chunks, which is a fifth faster than chunk by chunk.

        On one thread: pcodec lets go of the GIL, but handing it over takes as long as the 4 µs of a column of a chunk.
        """
        value = np.empty(self.total)
        if not all(row.codec == codec.PCODEC_FLOAT32 for row in self.rows):
            for row, part in zip(self.rows, self.parts, strict=True):
                codec.decode_into(row.codec, row.vals, value[part])
            return value
        # Nearly always. Decoded into the second half of the same memory, then made float64 block by block.
        single = value.view(np.float32)[self.total :]
        for row, part in zip(self.rows, self.parts, strict=True):
            codec.decode_into(row.codec, row.vals, single[part])
        for start in range(0, self.total, _BLOCK):
            block = slice(start, start + _BLOCK)
            value[block] = single[block]
        return value

    def steps(self) -> Ints:
        step = np.empty(self.total, np.int64)
        for _, alike in groupby(zip(self.axes, self.parts, strict=True), _what_steps):
            pieces = list(alike)
            (axis, first), (_, last) = pieces[0], pieces[-1]
            axes.fill_steps(axis, step[first])
            # Most runs of a sweep have the same steps: copies take a tenth of the time.
            step[first.stop : last.stop].reshape(-1, first.stop - first.start)[:] = step[first]
        return step

    def times(self) -> Floats:
        time = np.empty(self.total)
        units = {axis.time_unit for axis in self.axes}
        if len(units) != 1 or codec.SECONDS in units:
            for axis, part in zip(self.axes, self.parts, strict=True):
                axes.fill_times(axis, time[part])
            return time
        # Nearly always. Decoded in place and then divided in blocks that stay in the CPU's cache: another 8 MB of fresh
        # memory per million points would cost more than the division.
        whole = time.view(np.int64)
        for axis, part in zip(self.axes, self.parts, strict=True):
            axes.fill(axis, axis.times, whole[part])
        unit = units.pop()
        for start in range(0, self.total, _BLOCK):
            block = slice(start, start + _BLOCK)
            time[block] = codec.integers_to_times(unit, whole[block])
        return time

    def epochs(self) -> Floats | None:
        if not any(axis.has_epoch for axis in self.axes):
            return None
        epoch = np.empty(self.total)
        for axis, part in zip(self.axes, self.parts, strict=True):
            axes.fill_epochs(axis, epoch[part])
        return epoch


def _what_steps(piece: tuple[AxisRow, slice]) -> tuple[int, ...]:
    """Return what is equal only for chunks with the same steps."""
    axis, part = piece
    if axis.dstep is None:
        return (axis.id,)
    return axis.dstep, axis.step0, part.stop - part.start


def _raise(error: DamagedError) -> NoReturn:
    raise error


@dataclass(frozen=True, eq=False)
class StoredPoints:
    """Points as they were read, which decode a column when it is first looked at."""

    rids: Ints
    offsets: Ints
    _stored: _Stored
    _pieces: (
        Sequence[slice | Block] | None
    )  # what the columns are put together from; None: from what is stored
    on_damage: Callable[[DamagedError], NoReturn] = (
        _raise  # what to do when the bytes of a column are no such column
    )

    def __len__(self) -> int:
        return int(self.offsets[-1])

    @cached_property
    def step(self) -> Ints:
        return self._joined(self._decoded(_Stored.steps), lambda block: block.step)

    @cached_property
    def time(self) -> Floats:
        return self._joined(self._decoded(_Stored.times), lambda block: block.time)

    @cached_property
    def value(self) -> Floats:
        return self._joined(self._decoded(_Stored.values), lambda block: block.value)

    @cached_property
    def epoch(self) -> Floats | None:
        stored = self._decoded(_Stored.epochs)
        if self._pieces is None:
            return stored
        epoch = self._joined(
            np.full(self._stored.total, np.nan) if stored is None else stored, lambda block: block.epoch
        )
        return None if np.isnan(epoch).all() else epoch

    def _decoded(self, decode: Callable[[_Stored], Column]) -> Column:
        try:
            return decode(self._stored)
        except DamagedError as error:
            self.on_damage(error)

    def _joined(
        self, stored: NDArray[Number], of_block: Callable[[Block], NDArray[Number]]
    ) -> NDArray[Number]:
        if self._pieces is None:
            return stored
        return np.concatenate(
            [stored[piece] if isinstance(piece, slice) else of_block(piece) for piece in self._pieces]
        )


def read_points(connection: sqlite3.Connection, tails: Tails, mid: int, rids: Ints | None) -> StoredPoints:
    """Return the points of a metric, of all runs or of those given."""
    rows = _rows(connection, mid, rids)
    keys = [row.axis_key for row in rows]
    known = axes.read(connection, keys)
    ends = [0, *accumulate(row.n for row in rows)]
    parts = [slice(start, end) for start, end in pairwise(ends)]
    stored = _Stored(rows, [known[key] for key in keys], parts, ends[-1])
    waiting = tails.series(mid)
    if rids is not None:
        wanted = set(rids.tolist())
        waiting = {rid: block for rid, block in waiting.items() if rid in wanted}
    if waiting:
        return _with_tails(connection, stored, waiting)
    owner = np.array([row.rid for row in rows], np.int64)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    offsets = np.array(ends, np.int64)[np.append(first, len(rows))]
    return StoredPoints(owner[first], offsets, stored, None)


def _rows(connection: sqlite3.Connection, mid: int, rids: Ints | None) -> list[ChunkRow]:
    if rids is None:
        return chunks.read(connection, key_of(mid), key_of(mid + 1))
    wanted = np.unique(rids)
    if not len(wanted):
        return []
    found: list[ChunkRow] = []
    for stretch in np.split(wanted, np.flatnonzero(np.diff(wanted) > _MAX_GAP) + 1):
        found += chunks.read(connection, key_of(mid, int(stretch[0])), key_of(mid, int(stretch[-1]) + 1))
    if len(wanted) == int(wanted[-1] - wanted[0]) + 1:
        return found
    members = set(wanted.tolist())
    return [row for row in found if row.rid in members]


def _with_tails(connection: sqlite3.Connection, stored: _Stored, waiting: dict[int, Block]) -> StoredPoints:
    """Return what is stored with the points that wait put in where they belong."""
    numbers: dict[int, list[int]] = {rid: [] for rid in waiting}
    for number, row in enumerate(stored.rows):
        numbers.setdefault(row.rid, []).append(number)
    rids = sorted(numbers)
    pieces: list[slice | Block] = []
    lengths: list[int] = []
    for rid in rids:
        of_run = _pieces(connection, stored, rid, numbers[rid], waiting.get(rid))
        lengths.append(sum(map(_length, of_run)))
        pieces += of_run
    offsets = np.array([0, *accumulate(lengths)], np.int64)
    return StoredPoints(np.array(rids, np.int64), offsets, stored, pieces)


def _pieces(
    connection: sqlite3.Connection, stored: _Stored, rid: int, numbers: list[int], tail: Block | None
) -> list[slice | Block]:
    """Return what the points of one run are put together from: its chunks, of these numbers, and its tail."""
    if not numbers:
        return [] if tail is None else [tail]
    whole = slice(stored.parts[numbers[0]].start, stored.parts[numbers[-1]].stop)
    if tail is None:
        return [whole]
    last = stored.block(numbers[-1])
    if (last.step[-1], last.time[-1]) < (tail.step[0], tail.time[0]):
        return [whole, tail]
    every = concat([*map(stored.block, numbers), tail])
    return [in_order(every, segment_ranks(connection, rid))[0]]


def _length(piece: slice | Block) -> int:
    return piece.stop - piece.start if isinstance(piece, slice) else len(piece)
