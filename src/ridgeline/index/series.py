"""Summaries of series: those of chunks, kept in memory metric by metric, joined with those of tails."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ridgeline.index.base import Ints, SummaryColumns
from ridgeline.index.block import Block
from ridgeline.index.points import read_points
from ridgeline.index.summaries import STATS, Stats, join, summarise, to_columns
from ridgeline.index.tails import Tails

# Rows kept in memory, 112 bytes each.
_MAX_KEPT: Final = 2_000_000
# Below this many series, each is looked up by its key.
_FEW: Final = 64


class SeriesTable:
    """The table `series` and the tails as one."""

    def __init__(self) -> None:
        self._stored: dict[int, tuple[Ints, Stats]] = {}  # of chunks
        self._joined: dict[int, tuple[Ints, Stats]] = {}  # with tails
        self._n_kept = 0

    def forget(self, *, chunks: bool) -> None:
        """Forget what was joined with tails, and with `chunks` what was read of them, too."""
        self._joined.clear()
        if chunks:
            self._stored.clear()
            self._n_kept = 0

    def summaries(
        self, connection: sqlite3.Connection, tails: Tails, mids: Sequence[int], rids: Ints | None
    ) -> SummaryColumns:
        """Return the summaries of all series of metrics, of all runs or of those given."""
        wanted = None if rids is None else np.unique(rids)
        every_mid: list[Ints] = [np.empty(0, np.int64)]
        every_rid: list[Ints] = [np.empty(0, np.int64)]
        every_stats: list[Stats] = [np.empty(0, STATS)]
        for mid in sorted(set(mids)):
            if wanted is not None and len(wanted) <= _FEW and mid not in self._stored:
                rid, stats = _look_up(connection, tails, mid, wanted)
            else:
                rid, stats = self._of(connection, tails, mid)
                if wanted is not None:
                    chosen = np.isin(rid, wanted)
                    rid, stats = rid[chosen], stats[chosen]
            every_mid.append(np.full(len(rid), mid, np.int64))
            every_rid.append(rid)
            every_stats.append(stats)
        return to_columns(np.concatenate(every_mid), np.concatenate(every_rid), np.concatenate(every_stats))

    def _of(self, connection: sqlite3.Connection, tails: Tails, mid: int) -> tuple[Ints, Stats]:
        if mid not in self._stored:
            rows = connection.execute(
                "select rid, stats from series where mid = ? order by rid", (mid,)
            ).fetchall()
            if self._n_kept + len(rows) > _MAX_KEPT:
                self.forget(chunks=True)
            self._stored[mid] = _columns(rows)
            self._n_kept += len(rows)
        if mid not in self._joined:
            self._joined[mid] = _joined(connection, tails, mid, *self._stored[mid], tails.stats(mid))
        return self._joined[mid]


def _look_up(connection: sqlite3.Connection, tails: Tails, mid: int, rids: Ints) -> tuple[Ints, Stats]:
    rows: list[tuple[int, bytes]] = []
    for rid in rids.tolist():
        rows += connection.execute("select rid, stats from series where mid = ? and rid = ?", (mid, rid))
    more = {rid: stats for rid, stats in tails.stats(mid).items() if rid in set(rids.tolist())}
    return _joined(connection, tails, mid, *_columns(rows), more)


def _columns(rows: list[tuple[int, bytes]]) -> tuple[Ints, Stats]:
    rid = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    return rid, np.frombuffer(b"".join([row[1] for row in rows]), STATS)


def _joined(
    connection: sqlite3.Connection, tails: Tails, mid: int, rid: Ints, stats: Stats, more: dict[int, Stats]
) -> tuple[Ints, Stats]:
    """Return the summaries of chunks joined with those of tails."""
    if not more:
        return rid, stats
    tail_rid = np.fromiter(more, np.int64, len(more))
    tail_stats = np.concatenate(list(more.values()))
    at = np.searchsorted(rid, tail_rid)
    both = np.append(rid, -1)[at] == tail_rid
    stats = stats.copy()
    base, grown = stats[at[both]], tail_stats[both]
    stats[at[both]] = join(base, grown)
    for row in at[both][_touch(base, grown)].tolist():
        stats[row : row + 1] = _recomputed(connection, tails, mid, int(rid[row]))
    rid, stats = np.concatenate((rid, tail_rid[~both])), np.concatenate((stats, tail_stats[~both]))
    order = np.argsort(rid)
    return rid[order], stats[order]


def _touch(base: Stats, tail: Stats) -> NDArray[np.bool_]:
    """Tell where both begin or both end at one (step, time): only the points say which of them is first or last."""
    touch = np.zeros(len(base), np.bool_)
    for end in ("first", "last"):
        step, time = f"step_{end}", f"time_{end}"
        touch |= (base[step] == tail[step]) & (base[time] == tail[time])
    return touch


def _recomputed(connection: sqlite3.Connection, tails: Tails, mid: int, rid: int) -> Stats:
    points = read_points(connection, tails, mid, np.array([rid]))
    n = len(points)
    nothing = np.zeros(n, np.int64)
    epoch = np.full(n, np.nan) if points.epoch is None else points.epoch
    block = Block(nothing, nothing, points.step, epoch, points.time, points.value)
    return summarise(block, np.array([0, n]))
