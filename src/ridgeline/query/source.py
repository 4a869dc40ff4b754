"""What one question looks at: runs, and the series of some metrics of theirs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from ridgeline.core.goal import lower_is_better
from ridgeline.index.base import MetricKey, SummaryColumns
from ridgeline.query.language.axis import Axis, Ints
from ridgeline.query.language.values import (
    Bools,
    Column,
    NumberArray,
    Numbers,
    Ragged,
    Reduction,
    Value,
    column_of,
)
from ridgeline.query.object_series import object_summaries
from ridgeline.query.snapshot import Snapshot, context_has, freeze


class RunSource:
    """The columns of a snapshot, as the language asks for them; `metrics` are those that `metric` stands for."""

    def __init__(
        self, snapshot: Snapshot, keys: Sequence[MetricKey] = (), now: datetime | None = None
    ) -> None:
        """Look at a snapshot; `keys` are the metrics that the question is about."""
        self.snapshot = snapshot
        self.keys = list(keys)
        self.now = now or datetime.now(UTC)
        self.metrics = Axis(len(self.keys))
        self._summaries: SummaryColumns | None = None

    @classmethod
    def of_series(
        cls, snapshot: Snapshot, summaries: SummaryColumns, now: datetime | None = None
    ) -> "RunSource":
        """Look at these series alone, in their order."""
        mids = np.unique(summaries.mid).tolist()
        source = cls(snapshot, [snapshot.metric_by_id[mid] for mid in mids], now)
        source._summaries = summaries
        return source

    @property
    def runs(self) -> Axis:
        return self.snapshot.axis

    @cached_property
    def pairs(self) -> tuple[SummaryColumns, Ints, Ints]:
        """Return the series: their summaries, and for each the row of its metric and of its run."""
        summaries = self._summaries
        if summaries is None:
            summaries = self._load_summaries()
        rows, found = self.snapshot.rows_of(summaries.rid)
        mids = np.array([key.mid for key in self.keys], dtype=np.int64)
        order = np.argsort(mids)
        metric_rows = order[np.searchsorted(mids[order], summaries.mid)] if len(mids) else mids
        if not found.all():
            summaries = take(summaries, found)
            rows, metric_rows = rows[found], metric_rows[found]
        return summaries, metric_rows.astype(np.int64), rows

    def _load_summaries(self) -> SummaryColumns:
        if all(key.numeric for key in self.keys):
            return self.snapshot.summaries([key.mid for key in self.keys])
        return object_summaries(self.snapshot.index, self.snapshot.runs.rid, self.keys)

    @cached_property
    def series(self) -> Axis:
        summaries, metric_rows, run_rows = self.pairs
        return Axis(len(summaries), {self.runs: run_rows, self.metrics: metric_rows})

    def run_field(self, name: str) -> Column:
        """Return what every run has."""
        if name == "duration":
            return self._duration()
        return self.snapshot.run_field(name)

    def _duration(self) -> Column:
        """Return seconds: to the end, to now while it runs, to the last sign of life of a lost run."""
        runs = self.snapshot.runs
        active = np.array([status == "running" for status in runs.status], dtype=np.bool_)
        end = np.where(np.isnan(runs.ended), np.where(active, self.now.timestamp(), runs.updated), runs.ended)
        return Numbers(self.runs, np.maximum(end - runs.created, 0.0))

    def param(self, path: tuple[str, ...]) -> Column | None:
        return self.snapshot.param(path)

    def param_present(self, path: tuple[str, ...]) -> Bools | None:
        return self.snapshot.param_present(path)

    def params_below(self, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        return self.snapshot.params_below(path)

    def metric_field(self, name: str) -> Column:
        """Return the name, context or kind of each metric."""
        if name == "context":
            return column_of(self.metrics, [freeze(dict(key.context)) for key in self.keys])
        return column_of(self.metrics, [key.name if name == "name" else key.kind for key in self.keys])

    def series_field(self, name: str) -> Column:
        """Return a number a series."""
        summaries, metric_rows, _ = self.pairs
        lower = np.array([lower_is_better(key.name) for key in self.keys], dtype=np.bool_)[metric_rows]
        data, valid = number_of(summaries, name, lower)
        return Numbers(self.series, data, valid)

    def metric_names(self) -> list[str]:
        return sorted({key.name for key in self.snapshot.metrics if key.numeric})

    def run_metric(self, name: str, context: Mapping[str, Value], field: str | None) -> Ragged | None:
        """Return a number for each series of the name whose context has all these keys; None when there is none."""
        mids = self._mids(name, context)
        if not mids:
            return None
        summaries = self.snapshot.summaries(mids)
        lower = lower_is_better(name)
        field = field or "n"
        data, valid = number_of(summaries, field, np.full(len(summaries), lower))
        if field == "argbest":
            field = "argmin" if lower else "argmax"
        how, weight = _REDUCTIONS.get(field, ("min" if lower else "max", None))
        weights = None if weight is None else getattr(summaries, weight)
        return self._of_runs(summaries.rid, data, valid, how, weights)

    def run_metric_at(self, name: str, context: Mapping[str, Value], step: int) -> Ragged | None:
        """Return the value at the last step up to the given one of each such series that has one; None when there is none."""
        mids = self._mids(name, context)
        if not mids:
            return None
        rid, data = self.snapshot.values_at(mids, step)
        return self._of_runs(rid, data, None, "min" if lower_is_better(name) else "max", None)

    def _mids(self, name: str, context: Mapping[str, Value]) -> list[int]:
        return [
            key.mid
            for key in self.snapshot.metrics
            if key.numeric and key.name == name and context_has(key.context, context)
        ]

    def _of_runs(
        self, rid: Ints, data: NumberArray, valid: Bools | None, how: Reduction, weights: NumberArray | None
    ) -> Ragged:
        """Return a number a series as those of their runs, without what is null."""
        rows, found = self.snapshot.rows_of(rid)
        kept = np.flatnonzero(found if valid is None else found & valid)
        kept = kept[np.argsort(rows[kept], kind="stable")]
        inner = Axis(len(kept), {self.runs: rows[kept]})
        present = np.zeros(self.runs.size, dtype=np.bool_)
        present[rows[kept]] = True
        return Ragged(
            Numbers(inner, data[kept]),
            inner,
            self.runs,
            None if present.all() else present,
            how,
            None if weights is None else weights[kept],
        )


# How the numbers of several series become one, and what decides: the extreme of extremes, the sum of counts, and for what
# has no such meaning the best by the metric's goal.
_REDUCTIONS: dict[str, tuple[Reduction, str | None]] = {
    "min": ("min", None),
    "max": ("max", None),
    "n": ("sum", None),
    "last_step": ("max", None),
    "first_step": ("min", None),
    "argmax": ("at-max", "max"),
    "argmin": ("at-min", "min"),
}


def number_of(summaries: SummaryColumns, field: str, lower: Bools) -> tuple[NumberArray, Bools | None]:
    """Return a number for each series, and which have it; `lower` tells for which less is better."""
    some = ~np.isnan(summaries.min)
    match field:
        case "last" | "first" | "n":
            return getattr(summaries, field), None
        case "min" | "max":
            return getattr(summaries, field), some
        case "best":
            return np.where(lower, summaries.min, summaries.max), some
        case "argmin" | "argmax":
            return (summaries.step_min if field == "argmin" else summaries.step_max), some
        case "argbest":
            return np.where(lower, summaries.step_min, summaries.step_max), some
        case "last_step" | "first_step":
            return (summaries.step_last if field == "last_step" else summaries.step_first), None
        case "mean":
            count = summaries.n - summaries.n_nan - summaries.n_inf
            return summaries.sum / np.maximum(count, 1), count > 0
        case _:
            raise AssertionError(field)


def take(summaries: SummaryColumns, rows: Bools | Ints) -> SummaryColumns:
    """Return some rows."""
    return SummaryColumns(*(getattr(summaries, name)[rows] for name in SummaryColumns.__slots__))
