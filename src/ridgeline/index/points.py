"""Read the points of one metric: one stretch of chunks, decoded into arrays that are allocated once, and the tails."""

import sqlite3
from collections.abc import Iterator

import numpy as np

from ridgeline.index import axes, chunks, codec
from ridgeline.index.axes import AxisRow
from ridgeline.index.base import Floats, Ints, Points
from ridgeline.index.block import Block, concat, in_order
from ridgeline.index.chunks import ChunkRow
from ridgeline.index.keys import key_of
from ridgeline.index.tails import Tails, segment_ranks

# Runs whose numbers lie this close are read in one stretch; what lies between is passed over. A seek costs as much as
# reading this many short chunks.
_MAX_GAP = 4
_BLOCK = 1 << 14


def read_points(connection: sqlite3.Connection, tails: Tails, mid: int, rids: Ints | None) -> Points:
    """Return the points of a metric, of all runs or of those given."""
    rows = list(_rows(connection, mid, rids))
    waiting = tails.series(mid)
    if rids is not None:
        wanted = set(rids.tolist())
        waiting = {rid: block for rid, block in waiting.items() if rid in wanted}
    points = _decode(rows, axes.read(connection, [row.axis_key for row in rows]))
    return _with_tails(connection, points, rows, waiting) if waiting else points


def _rows(connection: sqlite3.Connection, mid: int, rids: Ints | None) -> Iterator[ChunkRow]:
    if rids is None:
        yield from chunks.read(connection, key_of(mid), key_of(mid + 1))
        return
    wanted = np.unique(rids)
    if not len(wanted):
        return
    every = len(wanted) == int(wanted[-1] - wanted[0]) + 1
    members = set(wanted.tolist())
    for stretch in np.split(wanted, np.flatnonzero(np.diff(wanted) > _MAX_GAP) + 1):
        rows = chunks.read(connection, key_of(mid, int(stretch[0])), key_of(mid, int(stretch[-1]) + 1))
        yield from rows if every else (row for row in rows if row.rid in members)


def _decode(rows: list[ChunkRow], known: dict[int, AxisRow]) -> Points:
    """Decode chunks column by column, which is a fifth faster than chunk by chunk.

    On one thread: pcodec lets go of the GIL, but handing it over takes as long as the 4 µs of a column of a chunk.
    """
    lengths = [row.n for row in rows]
    ends = np.cumsum(lengths, dtype=np.int64)
    total = int(ends[-1]) if rows else 0
    parts = [slice(end - n, end) for n, end in zip(lengths, ends.tolist(), strict=True)]
    owner = np.array([row.rid for row in rows], np.int64)
    first_of_run = np.flatnonzero(np.diff(owner, prepend=-1))
    offsets = np.append((ends - lengths)[first_of_run], total)
    value = np.empty(total)
    for row, part in zip(rows, parts, strict=True):
        codec.decode_into(row.codec, row.vals, value[part])
    stands = [known[row.axis_key] for row in rows]
    return Points(
        owner[first_of_run],
        offsets,
        _steps(stands, parts, total),
        _times(stands, parts, total),
        value,
        _epochs(stands, parts, total),
    )


def _steps(stands: list[AxisRow], parts: list[slice], total: int) -> Ints:
    step = np.empty(total, np.int64)
    before: tuple[AxisRow, slice] | None = None
    for axis, part in zip(stands, parts, strict=True):
        if before is not None and _have_same_steps(axis, part, *before):
            # Most runs of a sweep have the same steps: a copy takes a third of the time.
            step[part] = step[before[1]]
        else:
            axes.fill_steps(axis, step[part])
        before = axis, part
    return step


def _have_same_steps(axis: AxisRow, part: slice, other: AxisRow, other_part: slice) -> bool:
    return (
        axis.dstep is not None
        and axis.dstep == other.dstep
        and axis.step0 == other.step0
        and part.stop - part.start == other_part.stop - other_part.start
    )


def _times(stands: list[AxisRow], parts: list[slice], total: int) -> Floats:
    time = np.empty(total)
    units = {axis.time_unit for axis in stands}
    if len(units) != 1 or codec.SECONDS in units:
        for axis, part in zip(stands, parts, strict=True):
            axes.fill_times(axis, time[part])
        return time
    # Nearly always. Decoded in place and then divided in blocks that stay in the CPU's cache: another 8 MB of fresh memory
    # per million points would cost more than the division.
    whole = time.view(np.int64)
    for axis, part in zip(stands, parts, strict=True):
        axes.fill(axis, axis.times, whole[part])
    unit = units.pop()
    for start in range(0, total, _BLOCK):
        block = slice(start, start + _BLOCK)
        time[block] = codec.integers_to_times(unit, whole[block])
    return time


def _epochs(stands: list[AxisRow], parts: list[slice], total: int) -> Floats | None:
    if not any(axis.has_epoch for axis in stands):
        return None
    epoch = np.empty(total)
    for axis, part in zip(stands, parts, strict=True):
        axes.fill_epochs(axis, epoch[part])
    return epoch


def _with_tails(
    connection: sqlite3.Connection, points: Points, rows: list[ChunkRow], waiting: dict[int, Block]
) -> Points:
    """Return the points with those that wait put in where they belong."""
    stored = {
        rid: slice(start, end)
        for rid, start, end in zip(
            points.rids.tolist(), points.offsets[:-1].tolist(), points.offsets[1:].tolist(), strict=True
        )
    }
    parts: list[tuple[int, Block]] = []
    for rid in sorted(stored.keys() | waiting.keys()):
        if rid in stored:
            parts.append((rid, _slice(points, stored[rid])))
        if rid in waiting:
            tail = waiting[rid]
            if rid in stored and not _is_after(tail, parts[-1][1]):
                tail = _merged(connection, rid, [row for row in rows if row.rid == rid], tail)
                parts.pop()
            parts.append((rid, tail))
    block = concat([part for _, part in parts])
    owner = np.array([rid for rid, _ in parts], np.int64)
    ends = np.cumsum([len(part) for _, part in parts])
    first_of_run = np.flatnonzero(np.diff(owner, prepend=-1))
    offsets = np.concatenate(([0], ends))[np.append(first_of_run, len(parts))]
    has_epoch = not np.isnan(block.epoch).all()
    return Points(
        owner[first_of_run], offsets, block.step, block.time, block.value, block.epoch if has_epoch else None
    )


def _slice(points: Points, part: slice) -> Block:
    """Return stored points as a block; whose metric and segment they are is not needed to copy them."""
    n = part.stop - part.start
    nothing = np.broadcast_to(np.int64(0), n)
    epoch = np.broadcast_to(np.nan, n) if points.epoch is None else points.epoch[part]
    return Block(nothing, nothing, points.step[part], epoch, points.time[part], points.value[part])


def _is_after(tail: Block, stored: Block) -> bool:
    last, first = (stored.step[-1], stored.time[-1]), (tail.step[0], tail.time[0])
    return bool(last < first)


def _merged(connection: sqlite3.Connection, rid: int, rows: list[ChunkRow], tail: Block) -> Block:
    block = concat([*chunks.decode(connection, rows), tail])
    return in_order(block, segment_ranks(connection, rid))[0]
