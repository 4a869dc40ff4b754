"""Checkpoints as candidates: every step at which a run was judged."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.series_set import SeriesSet
from ridgeline.query.snapshot import Snapshot

_Code: TypeAlias = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]


def checkpoints_of(
    snapshot: Snapshot, series: SeriesSet, rids: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the run and step of each checkpoint, [checkpoints] each: every step at which one of the series has a value.

    They stand in the order of `rids`, those of one run by step.
    """
    found = [_points(snapshot, series, mid) for mid in np.unique(series.mid).tolist()]
    pairs = np.unique(np.concatenate([np.stack([rid, step], axis=1) for rid, step, _ in found]), axis=0)
    ascending = np.argsort(rids)
    place = ascending[np.searchsorted(rids, pairs[:, 0], sorter=ascending)]
    pairs = pairs[np.lexsort((pairs[:, 1], place))]
    return pairs[:, 0], pairs[:, 1]


def values_at(
    snapshot: Snapshot, series: SeriesSet, rids: NDArray[np.int64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the value of each metric at each checkpoint, [checkpoints, metrics], metrics by number.

    NaN where there is none; of several at one step the newest.
    """
    mids = np.unique(series.mid).tolist()
    values = np.full((len(rids), len(mids)), np.nan)
    code = _codes(rids, steps)
    order = np.argsort(code(rids, steps))
    known = code(rids, steps)[order]
    for column, mid in enumerate(mids):
        rid, step, value = _points(snapshot, series, mid)
        asked = code(rid, step)
        row = order[np.minimum(np.searchsorted(known, asked), len(known) - 1)]
        there = (rids[row] == rid) & (steps[row] == step)
        values[row[there], column] = value[there]  # points come by time: the newest of a step stays
    return values


def _points(
    snapshot: Snapshot, series: SeriesSet, mid: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return run, step and value of all points of one metric of the series."""
    found = snapshot.index.points(mid, series.rid[series.mid == mid])
    return np.repeat(found.rids, np.diff(found.offsets)), found.step, found.value


def _codes(rids: NDArray[np.int64], steps: NDArray[np.int64]) -> _Code:
    """Return what makes one number of a run and a step, in their order; those that are not among these may get any."""
    runs, moments = np.unique(rids), np.unique(steps)

    def code(rid: NDArray[np.int64], step: NDArray[np.int64]) -> NDArray[np.int64]:
        place: NDArray[np.int64] = np.searchsorted(runs, rid) * (len(moments) + 1)
        return place + np.searchsorted(moments, step)

    return code
