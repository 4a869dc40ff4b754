"""What of a run's points, objects and console lines the repository does not hold yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ridgeline.index.base import Index
from ridgeline.sync.segment import ROWS, News, rows_of
from ridgeline.sync.source import SourceLine, SourceObject, SourceRun, SourceSeries, context_key


def missing_of(index: Index, rid: int, run: SourceRun) -> News:
    """Return the points and objects of a run that the repository does not hold, each as often as it is missing."""
    keys = index.metrics(rid)
    held = {(key.name, context_key(key.context)): key.mid for key in keys if key.numeric}
    found = (_missing(index, rid, held.get((one.name, context_key(one.context))), one) for one in run.series)
    mids = {(key.name, context_key(key.context), key.kind): key.mid for key in keys if not key.numeric}
    objects = _missing_objects(index, rid, mids, run.objects)
    return News(
        (),
        tuple(series for series in found if len(series.step)),
        tuple(objects),
        _missing_lines(index, rid, run.console),
    )


def _missing_lines(index: Index, rid: int, lines: Sequence[SourceLine]) -> tuple[SourceLine, ...]:
    """Return the lines that are not there, each as often as it is missing; times do not count, since frames share one."""
    if not lines:
        return ()
    there = Counter((line.stream, line.text) for line in index.console(rid))
    missing = []
    for line in lines:
        there[line.stream, line.text] -= 1
        if there[line.stream, line.text] < 0:
            missing.append(line)
    return tuple(missing)


def _missing_objects(
    index: Index, rid: int, mids: Mapping[tuple[str, str, str], int], objects: Sequence[SourceObject]
) -> list[SourceObject]:
    of = [mids.get((one.name, context_key(one.context), one.kind), -1) for one in objects]
    entries = index.objects(sorted(set(of) - {-1}), np.array([rid]))
    there = Counter((entry.mid, entry.step, entry.time, entry.mime, entry.size_bytes) for entry in entries)
    missing = []
    for mid, one in zip(of, objects, strict=True):
        key = (mid, one.step, one.time, one.mime, one.size_bytes)
        there[key] -= 1
        if there[key] < 0:
            missing.append(one)
    return missing


def _missing(index: Index, rid: int, mid: int | None, series: SourceSeries) -> SourceSeries:
    """Return the points of a series that the repository does not hold, each as often as it is missing."""
    if mid is None:
        return series
    points = index.points(mid, np.array([rid]))
    held = np.zeros(len(points.step), ROWS)
    held["step"], held["value"], held["time"] = points.step, points.value, points.time
    rows = rows_of(series).copy()
    if not series.timed:
        held["time"] = rows["time"] = 0.0
    return _take(series, ~_is_in(rows, held))


def _is_in(rows: NDArray[np.void], held: NDArray[np.void]) -> NDArray[np.bool_]:
    """Say of each row whether `held` has it; a row that stands three times here and once there is in once."""
    both = np.concatenate([held, rows]).view(np.dtype((np.void, ROWS.itemsize)))
    _, code = np.unique(both, return_inverse=True)
    code = code.ravel()
    counts = np.bincount(code[: len(held)], minlength=int(code.max(initial=-1)) + 1)
    mine = code[len(held) :]
    order = np.argsort(mine, kind="stable")
    ranked = mine[order]
    nth = np.arange(len(mine)) - np.searchsorted(ranked, ranked)
    inside = np.empty(len(mine), bool)
    inside[order] = nth < counts[ranked]
    return inside


def _take(series: SourceSeries, chosen: NDArray[np.bool_]) -> SourceSeries:
    epoch = None if series.epoch is None else series.epoch[chosen]
    return replace(
        series, step=series.step[chosen], time=series.time[chosen], value=series.value[chosen], epoch=epoch
    )
