"""The points of chosen series, and where they stand on the x that is asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.index.base import MetricKey, Points
from ridgeline.log.points import TICKS_A_SEC
from ridgeline.query.lines.align import Steps, last_at_or_before, since
from ridgeline.query.lines.curves import Floats, Ints
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.selectors import parse_selector, select_metrics
from ridgeline.query.series_set import SeriesSet
from ridgeline.query.snapshot import Snapshot, context_text

Number = TypeVar("Number", np.int64, np.float64)

# What is loaded at once: 32 bytes a point, some copies of it.
MAX_LOADED = 50_000_000


@dataclass(frozen=True, eq=False)
class Tracked:
    """Series as they were tracked: that of run `rid[i]` and metric `mid[i]` stands at `offsets[i]:offsets[i + 1]`.

    A column is decoded when it is first looked at: lines over steps need no times.
    """

    mid: Ints
    rid: Ints
    offsets: Ints
    _parts: list[Points]

    @cached_property
    def step(self) -> Ints:
        return _one_after_another([points.step for points in self._parts], np.int64)

    @cached_property
    def time(self) -> Floats:
        return _one_after_another([points.time for points in self._parts], np.float64)

    @cached_property
    def value(self) -> Floats:
        return _one_after_another([points.value for points in self._parts], np.float64)

    @cached_property
    def epoch(self) -> Floats:
        """Return NaN where a point has none."""
        epochs = [
            np.full(len(points), np.nan) if points.epoch is None else points.epoch for points in self._parts
        ]
        return _one_after_another(epochs, np.float64)


def _one_after_another(columns: list[NDArray[Number]], dtype: type[Number]) -> NDArray[Number]:
    return columns[0] if len(columns) == 1 else np.concatenate([np.empty(0, dtype), *columns])


def load(snapshot: Snapshot, series: SeriesSet) -> Tracked:
    """Read the points of the series.

    Raises:
        InputError: They are too many to be held at once.
    """
    total = int(series.summaries.n.sum())
    if total > MAX_LOADED:
        message = (
            f"These {len(series):,} series have {total:,} points; at most {MAX_LOADED:,} are drawn at once."
        )
        raise InputError(f"{message} Narrow the filter, or choose fewer metrics.", "too-many-points")
    mids, starts = np.unique(series.mid, return_index=True)
    ends = np.append(starts, len(series))[1:]
    parts = [
        (int(mid), snapshot.index.points(int(mid), series.rid[start:end]))
        for mid, start, end in zip(mids, starts, ends, strict=True)
    ]
    return _joined(parts)


def _joined(parts: list[tuple[int, Points]]) -> Tracked:
    none = np.empty(0, dtype=np.int64)
    counts = np.concatenate([none, *[np.diff(points.offsets) for _, points in parts]])
    return Tracked(
        mid=np.concatenate([none, *[np.full(len(points.rids), mid) for mid, points in parts]]),
        rid=np.concatenate([none, *[points.rids for _, points in parts]]),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        _parts=[points for _, points in parts],
    )


def x_of(snapshot: Snapshot, tracked: Tracked, request: LinesRequest) -> Floats:
    """Return where each point stands; NaN where it has no place."""
    match request.x_kind:
        case "step":
            return tracked.step.astype(np.float64)
        case "epoch":
            return tracked.epoch
        case "absolute":
            return tracked.time
        case "relative":
            return since(tracked.offsets, tracked.time, _starts_of_runs(snapshot, tracked))
        case "metric":
            return _by_metric(snapshot, tracked, request.x_metric)


def _starts_of_runs(snapshot: Snapshot, tracked: Tracked) -> Floats:
    """Return when the run of each series was created, as coarse as the times of points, so that none is earlier.

    Where the log does not say, it is when the first drawn point was tracked.
    """
    rows, _ = snapshot.rows_of(tracked.rid)
    created = snapshot.runs.created[rows] if snapshot.axis.size else np.empty(0)
    unknown = np.isnan(created)
    if unknown.any():
        runs, of_series = np.unique(tracked.rid, return_inverse=True)
        first = np.full(len(runs), np.inf)
        np.minimum.at(first, np.repeat(of_series.reshape(-1), np.diff(tracked.offsets)), tracked.time)
        created = np.where(unknown, first[of_series.reshape(-1)], created)
    return np.floor(created * TICKS_A_SEC) / TICKS_A_SEC


def _by_metric(snapshot: Snapshot, tracked: Tracked, selector: str) -> Floats:
    """Return the value of another metric of the run at each point.

    Where a run has several series that the selector means, the one with the context of the drawn series is taken, else the first
    in the order of contexts.
    """
    numeric = [key for key in snapshot.metrics if key.numeric]
    keys, warnings = select_metrics(numeric, [parse_selector(selector)])
    if not keys:
        raise InputError(f"x: {warnings[0].message}", "unknown-metric")
    keys.sort(key=lambda key: (_context_text(key), key.name))
    mids = _partner_mids(snapshot, tracked, keys)
    wanted = [(mid, np.unique(tracked.rid[mids == mid])) for mid in np.unique(mids[mids >= 0]).tolist()]
    other = _joined([(mid, snapshot.index.points(mid, rids)) for mid, rids in wanted])
    partner = _positions(mids, tracked.rid, other)
    asked, given = Steps(tracked.offsets, tracked.step), Steps(other.offsets, other.step)
    return last_at_or_before(asked, given, other.value, partner)


def _partner_mids(snapshot: Snapshot, tracked: Tracked, keys: list[MetricKey]) -> Ints:
    """Return for each drawn series the metric whose series of the same run is its x; -1: the run has none."""
    having = snapshot.summaries([key.mid for key in keys])
    runs_with = {key.mid: having.rid[having.mid == key.mid] for key in keys}
    partner = np.full(len(tracked.mid), -1, dtype=np.int64)
    by_context = {_context_text(key): key.mid for key in reversed(keys)}
    for drawn in np.unique(tracked.mid).tolist():
        same = by_context.get(_context_text(snapshot.metric_by_id[drawn]))
        if same is not None:
            partner[(tracked.mid == drawn) & np.isin(tracked.rid, runs_with[same])] = same
    for key in keys:
        left = partner < 0
        if not left.any():
            break
        partner[left & np.isin(tracked.rid, runs_with[key.mid])] = key.mid
    return partner


def _positions(mids: Ints, rids: Ints, among: Tracked) -> Ints:
    """Return where the series of each metric and run stands; -1 where there is none."""
    place = {
        series: nth for nth, series in enumerate(zip(among.mid.tolist(), among.rid.tolist(), strict=True))
    }
    return np.array(
        [place.get(series, -1) for series in zip(mids.tolist(), rids.tolist(), strict=True)], dtype=np.int64
    )


def _context_text(key: MetricKey) -> str:
    return context_text(key.context)
