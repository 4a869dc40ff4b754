"""Points, one a row."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.scope import Notice
from ridgeline.query.language.values import Coded, Numbers
from ridgeline.query.series_set import SeriesSet
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.table import Table
from ridgeline.query.typed import TypedColumn

_BATCH = 10_000


class Point(NamedTuple):
    """A tracked value. `context` is JSON with sorted keys; `epoch` is None where none was given."""

    run: str
    name: str
    context: str
    step: int
    epoch: float | None
    time: float
    value: float


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Points of series that stand one after the other: those of `order[i]` are `counts[i]` many."""

    counts: Ints
    step: Ints
    epoch: NDArray[np.float64]
    time: NDArray[np.float64]
    value: NDArray[np.float64]


class PointTable(Table):
    """All points of some series: run (id), name, context (JSON), step, epoch, time (seconds since the epoch), value.

    Series stand in their order, the points of each by (step, time). Iterating gives a Point each.
    """

    def __init__(self, snapshot: Snapshot, series: SeriesSet, limit: int | None = None) -> None:
        """Show the points of the series, in the order of `series`, at most `limit` of them."""
        self._snapshot = snapshot
        self._limit = limit
        self.series = series
        self.warnings: tuple[Notice, ...] = series.warnings
        counts = series.summaries.n
        if limit is not None:  # series that lie behind the limit are not read at all
            before = np.cumsum(counts) - counts
            self.series = series.taken(np.flatnonzero(before < max(limit, 0)))

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[Point]:
        rows = zip(*(column.to_list() for column in self.columns), strict=True)
        while batch := list(islice(rows, _BATCH)):
            yield from map(Point._make, batch)

    def _build(self) -> list[TypedColumn]:
        loaded = _load(self._snapshot, self.series)
        size = len(loaded.step) if self._limit is None else min(len(loaded.step), max(self._limit, 0))
        axis = Axis(size)
        series_of_point = np.repeat(np.arange(len(self.series), dtype=np.int64), loaded.counts)[:size]
        rows, _ = self._snapshot.rows_of(self.series.rid)
        keys = [self._snapshot.metric_by_id[mid] for mid in self.series.mid.tolist()]
        run_ids: Sequence[str] = self._snapshot.runs.id[rows].tolist()
        contexts = [json.dumps(key.context, sort_keys=True, ensure_ascii=False) for key in keys]
        known = ~np.isnan(loaded.epoch[:size])
        return [
            _texts("run", run_ids, series_of_point, axis),
            _texts("name", [key.name for key in keys], series_of_point, axis),
            _texts("context", contexts, series_of_point, axis),
            TypedColumn("step", "number", Numbers(axis, loaded.step[:size])),
            TypedColumn(
                "epoch", "number", Numbers(axis, loaded.epoch[:size], None if known.all() else known)
            ),
            TypedColumn("time", "number", Numbers(axis, loaded.time[:size])),
            TypedColumn("value", "number", Numbers(axis, loaded.value[:size])),
        ]


def _texts(name: str, of_series: Sequence[str], series_of_point: Ints, axis: Axis) -> TypedColumn:
    table: dict[str, int] = {}
    codes = np.array([table.setdefault(text, len(table)) for text in of_series], dtype=np.int64)
    return TypedColumn(name, "string", Coded(axis, codes[series_of_point], list(table)))


def _load(snapshot: Snapshot, series: SeriesSet) -> _Loaded:
    """Return the points of all series, in the order of the series."""
    counts = np.zeros(len(series), dtype=np.int64)
    starts = np.zeros(len(series), dtype=np.int64)
    parts: list[tuple[Ints, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]] = []
    total = 0
    for mid in dict.fromkeys(series.mid.tolist()):
        wanted = np.flatnonzero(series.mid == mid)
        points = snapshot.index.points(mid, np.unique(series.rid[wanted]))
        if not len(points.rids):
            continue
        place = np.searchsorted(points.rids, series.rid[wanted])
        place = np.minimum(place, len(points.rids) - 1)
        there = points.rids[place] == series.rid[wanted]
        counts[wanted] = np.where(there, points.offsets[place + 1] - points.offsets[place], 0)
        starts[wanted] = points.offsets[place] + total
        epoch = np.full(len(points), np.nan) if points.epoch is None else points.epoch
        parts.append((points.step, epoch, points.time, points.value))
        total += len(points)
    if not parts:
        none = np.empty(0)
        return _Loaded(counts, np.empty(0, dtype=np.int64), none, none, none)
    step, epoch, time, value = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    rows = _ranges(starts, counts)
    if len(rows) == total and bool((np.diff(rows) == 1).all()):
        return _Loaded(counts, step, epoch, time, value)
    return _Loaded(counts, step[rows], epoch[rows], time[rows], value[rows])


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """Return start, start + 1, … for each series, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    shifts: Ints = np.repeat(starts - (ends - counts), counts)
    return np.arange(total, dtype=np.int64) + shifts
