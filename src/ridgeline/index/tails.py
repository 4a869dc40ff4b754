"""Tails: points of live runs that wait in the table `tail` until it pays to put them into chunks.

A live run gives its metrics a few points each at every look. Each of them in a chunk of its own metric would rewrite a page of
16 KiB a metric four times a second; here they are appended as one row. Readers keep the tails in memory, sorted.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

import numpy as np

from ridgeline.index.base import Ints
from ridgeline.index.block import Block, concat, in_order
from ridgeline.index.summaries import Stats, summarise

# A tail goes into chunks once it has so many points a series, points in all, or seconds of age.
POINTS_A_SERIES: Final = 1024
MAX_POINTS: Final = 500_000
MAX_AGE_SECS: Final = 60.0


@dataclass(frozen=True, slots=True)
class TailSize:
    rid: int
    n: int
    oldest: float  # when its first row was added


def sizes(connection: sqlite3.Connection) -> list[TailSize]:
    """Return how much waits, run by run."""
    rows = connection.execute("select rid, sum(n), min(added) from tail group by rid order by rid")
    return [TailSize(*row) for row in rows]


def size_of(connection: sqlite3.Connection, rid: int) -> TailSize | None:
    """Return how much of a run waits, or None."""
    sql = "select rid, sum(n), min(added) from tail where rid = ? group by rid"
    row = connection.execute(sql, (rid,)).fetchone()
    return None if row is None else TailSize(*row)


def is_full(n: int, n_series: int, rid: int) -> bool:
    """Tell whether a tail of n points should go into chunks. Runs of a sweep that began together do so one by one."""
    points_a_series = POINTS_A_SERIES + POINTS_A_SERIES // 16 * (rid % 16)
    return n >= min(MAX_POINTS, points_a_series * max(1, n_series))


def add(connection: sqlite3.Connection, rid: int, block: Block, now: float) -> None:
    """Append points to the tail of a run."""
    connection.execute(
        "insert into tail(rid, added, n, rows) values (?, ?, ?, ?)", (rid, now, len(block), block.to_rows())
    )


def take(connection: sqlite3.Connection, rid: int) -> list[Block]:
    """Remove the tail of a run and return its points, in the order of arrival."""
    rows = connection.execute("select rows from tail where rid = ? order by id", (rid,)).fetchall()
    connection.execute("delete from tail where rid = ?", (rid,))
    return [Block.from_rows(data) for (data,) in rows]


@dataclass(frozen=True, slots=True)
class Tail:
    """The tail of one run, sorted."""

    rid: int
    block: Block
    mids: Ints  # sorted
    offsets: Ints
    stats: Stats

    def series(self, mid: int) -> Block | None:
        """Return the points of one metric, or None."""
        i = int(np.searchsorted(self.mids, mid))
        if i == len(self.mids) or self.mids[i] != mid:
            return None
        return self.block.take(slice(int(self.offsets[i]), int(self.offsets[i + 1])))


@dataclass(slots=True)
class _Arrived:
    """The tail of one run in the order of arrival."""

    rows: list[int]  # ids in the table
    block: Block


class Tails:
    """All tails, in memory; keeps up with the table."""

    def __init__(self) -> None:
        self._arrived: dict[int, _Arrived] = {}
        self._tails: dict[int, Tail] = {}

    def load(self, connection: sqlite3.Connection) -> bool:
        """Bring the tails up to what the table holds; tell whether anything changed."""
        there: dict[int, list[int]] = {}
        for number, rid in connection.execute("select id, rid from tail order by id"):
            there.setdefault(rid, []).append(number)
        gone = self._arrived.keys() - there.keys()
        for rid in gone:
            del self._arrived[rid], self._tails[rid]
        changed = [
            rid for rid, rows in there.items() if rid not in self._arrived or self._arrived[rid].rows != rows
        ]
        for rid in changed:
            self._load_run(connection, rid, there[rid])
        return bool(gone or changed)

    def _load_run(self, connection: sqlite3.Connection, rid: int, rows: list[int]) -> None:
        known = self._arrived.get(rid)
        blocks: list[Block] = []
        n_known = 0
        if known is not None and rows[: len(known.rows)] == known.rows:
            blocks, n_known = [known.block], len(known.rows)
        for number in rows[n_known:]:
            data = connection.execute("select rows from tail where id = ?", (number,)).fetchone()[0]
            blocks.append(Block.from_rows(data))
        arrived = concat(blocks)
        self._arrived[rid] = _Arrived(rows, arrived)
        block, offsets = in_order(arrived, segment_ranks(connection, rid))
        self._tails[rid] = Tail(rid, block, block.mid[offsets[:-1]], offsets, summarise(block, offsets))

    def series(self, mid: int) -> dict[int, Block]:
        """Return the points of one metric, by run."""
        found = ((rid, self._tails[rid].series(mid)) for rid in sorted(self._tails))
        return {rid: block for rid, block in found if block is not None}

    def stats(self, mid: int) -> dict[int, Stats]:
        """Return the summary of each series of one metric, by run."""
        found: dict[int, Stats] = {}
        for rid in sorted(self._tails):
            tail = self._tails[rid]
            i = int(np.searchsorted(tail.mids, mid))
            if i < len(tail.mids) and tail.mids[i] == mid:
                found[rid] = tail.stats[i : i + 1]
        return found


def segment_ranks(connection: sqlite3.Connection, rid: int) -> dict[int, int]:
    """Return the place of each segment among those of its run, sorted by id."""
    rows = connection.execute("select segno from segment where rid = ? order by id", (rid,))
    return {segno: rank for rank, (segno,) in enumerate(rows)}
