"""Points, one a row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path as Location
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.cell import Cell
from ridgeline.core.errors import InputError
from ridgeline.index.base import MetricKey, Points
from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.scope import Notice
from ridgeline.query.language.values import Coded, Numbers
from ridgeline.query.series_set import SeriesSet
from ridgeline.query.showing import show
from ridgeline.query.snapshot import Snapshot, context_text
from ridgeline.query.table import Table, no_column
from ridgeline.query.typed import TypedColumn

Number = TypeVar("Number", np.int64, np.float64)

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
    """Points of series, read and not yet decoded; those of series i are `counts[i]` many."""

    counts: Ints
    parts: list[Points]
    rows: Ints | None  # where the points of the table stand in the parts; None: they are the parts

    def column(self, of_points: Callable[[Points], NDArray[Number]], dtype: type[Number]) -> NDArray[Number]:
        """Return one column of all points."""
        arrays = [of_points(part) for part in self.parts] or [np.empty(0, dtype)]
        column = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
        return column if self.rows is None else column[self.rows]


class PointTable(Table):
    """All points of some series: run (id), name, context (JSON), step, epoch, time (seconds since the epoch), value.

    Series stand in their order, the points of each by (step, time). Iterating gives a Point each. All columns are of the moment
    when the table was first looked at, though each is computed when it is asked for.
    """

    def __init__(self, snapshot: Snapshot, series: SeriesSet, limit: int | None = None) -> None:
        """Show the points of the series, in the order of `series`, at most `limit` of them."""
        self._snapshot = snapshot
        self._limit = limit
        self._columns: dict[str, TypedColumn] = {}
        # Which repository was asked, the query and the selectors; None for tables that are part of something else.
        self.question: tuple[Location, str, Sequence[str] | None] | None = None
        self.series = series
        self.warnings: tuple[Notice, ...] = series.warnings
        counts = series.summaries.n
        if limit is not None:  # series that lie behind the limit are not read at all
            before = np.cumsum(counts) - counts
            self.series = series.taken(np.flatnonzero(before < max(limit, 0)))

    def plot(
        self,
        *,
        x: str = "step",
        color: str | Sequence[str] = (),
        stroke: str | Sequence[str] = (),
        chart: str | Sequence[str] = (),
        fold: bool = False,
        height: int = 560,
    ) -> Cell:
        """Show the series on the Metrics page, in a cell of a notebook.

        Args:
            x: step, epoch, relative, absolute, or metric:<selector>.
            color: Keys to group by, such as `run.hparams.lr`.
            stroke: As color.
            chart: As color; without any, a chart a metric.
            fold: One line with a band for each group.
            height: In pixels.

        Raises:
            InputError: This is no notebook, or the table is not the answer to a question to a repository.
        """
        if self.question is None:
            raise InputError("Only the answer of repo.metrics(…) can be shown.", "no-question")
        root, query, only = self.question
        metrics = only if only is not None else sorted(set(self._of_metrics(lambda key: key.name)))
        state = {"q": query, "m": metrics, "x": x, "c": color, "s": stroke, "ch": chart, "fold": fold}
        return show(root, "metrics", height, state)

    def __len__(self) -> int:
        return self._axis.size

    def __iter__(self) -> Iterator[Point]:
        rows = zip(*(column.to_list() for column in self.columns), strict=True)
        while batch := list(islice(rows, _BATCH)):
            yield from map(Point._make, batch)

    @property
    def names(self) -> list[str]:
        return list(Point._fields)

    @property
    def columns(self) -> list[TypedColumn]:
        return [self.column(name) for name in Point._fields]

    def column(self, name: str) -> TypedColumn:
        if name not in self._columns:
            self._columns[name] = self._build(name)
        return self._columns[name]

    def _build(self, name: str) -> TypedColumn:
        match name:
            case "run":
                rows, _ = self._snapshot.rows_of(self.series.rid)
                return self._texts(name, self._snapshot.runs.id[rows].tolist())
            case "name":
                return self._texts(name, self._of_metrics(lambda key: key.name))
            case "context":
                return self._texts(name, self._of_metrics(lambda key: context_text(key.context)))
            case "step":
                return self._numbers(name, self._points.column(lambda points: points.step, np.int64))
            case "epoch":
                return self._numbers(name, self._points.column(_epoch, np.float64))
            case "time":
                return self._numbers(name, self._points.column(lambda points: points.time, np.float64))
            case "value":
                return self._numbers(name, self._points.column(lambda points: points.value, np.float64))
            case _:
                raise no_column(name, self.names)

    @cached_property
    def _points(self) -> _Loaded:
        return _load(self._snapshot, self.series)

    @cached_property
    def _axis(self) -> Axis:
        total = int(self._points.counts.sum())
        return Axis(total if self._limit is None else min(total, self._limit))

    def _numbers(self, name: str, numbers: NDArray[np.int64] | NDArray[np.float64]) -> TypedColumn:
        data = numbers[: self._axis.size]
        known = ~np.isnan(data) if name == "epoch" else None
        return TypedColumn(
            name, "number", Numbers(self._axis, data, None if known is None or known.all() else known)
        )

    def _of_metrics(self, text: Callable[[MetricKey], str]) -> list[str]:
        """Return a text of the metric of each series."""
        texts = {mid: text(self._snapshot.metric_by_id[mid]) for mid in np.unique(self.series.mid).tolist()}
        return [texts[mid] for mid in self.series.mid.tolist()]

    def _texts(self, name: str, of_series: Sequence[str]) -> TypedColumn:
        table: dict[str, int] = {}
        codes = np.array([table.setdefault(text, len(table)) for text in of_series], dtype=np.int64)
        of_points = np.repeat(codes, self._points.counts)[: self._axis.size]
        return TypedColumn(name, "string", Coded(self._axis, of_points, list(table)))


def _epoch(points: Points) -> NDArray[np.float64]:
    return np.full(len(points), np.nan) if points.epoch is None else points.epoch


def _load(snapshot: Snapshot, series: SeriesSet) -> _Loaded:
    """Read the points of all series."""
    counts = np.zeros(len(series), dtype=np.int64)
    starts = np.zeros(len(series), dtype=np.int64)
    parts: list[Points] = []
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
        parts.append(points)
        total += len(points)
    there = counts > 0
    in_place = starts[there] == (np.cumsum(counts) - counts)[there]
    as_they_stand = bool(in_place.all()) and int(counts.sum()) == total
    return _Loaded(counts, parts, None if as_they_stand else _ranges(starts, counts))


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """Return start, start + 1, … for each series, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    shifts: Ints = np.repeat(starts - (ends - counts), counts)
    return np.arange(total, dtype=np.int64) + shifts
