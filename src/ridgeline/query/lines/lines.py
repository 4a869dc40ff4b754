"""From a question to lines: choose series, place their points on x, smooth, group, fold, zoom, thin."""

import time

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.query.lines.align import Placed, place
from ridgeline.query.lines.answer import Lines, LinesMeta
from ridgeline.query.lines.curves import Ints
from ridgeline.query.lines.downsample import split_nonfinite
from ridgeline.query.lines.drawable import Drawable
from ridgeline.query.lines.folds import folds
from ridgeline.query.lines.group import is_logarithmic, is_sequential
from ridgeline.query.lines.keys import Channels, SeriesKeys
from ridgeline.query.lines.request import X_LABELS, LinesRequest
from ridgeline.query.lines.traces import traces
from ridgeline.query.lines.tracked import Tracked, load, x_of
from ridgeline.query.series_set import Occasion, series_matching
from ridgeline.query.snapshot import Snapshot, context_text

MAX_TRACES = 50_000


def draw(snapshot: Snapshot, request: LinesRequest, occasion: Occasion | None = None) -> Lines:
    """Return the lines that a request asks for.

    Traces are in the order of chart, colour, stroke, metric (name, then context) and run (by creation).

    Raises:
        QueryError: The query is wrong.
        InputError: It is too much at once, or x is a metric that is not there.
    """
    started = time.perf_counter()
    occasion = (occasion or Occasion()).begun()
    chosen = series_matching(snapshot, request.query, request.metrics, occasion)
    if len(chosen) > MAX_TRACES and not (request.fold and not request.traces):
        message = f"These are {len(chosen):,} lines; at most {MAX_TRACES:,} are drawn at once."
        raise InputError(f"{message} Narrow the filter, or fold them.", "too-many-lines")
    tracked = load(snapshot, chosen)
    placed = place(tracked.offsets, x_of(snapshot, tracked, request), tracked.value)
    finite, apart = split_nonfinite(placed.series)
    keys = SeriesKeys(snapshot, tracked.mid, snapshot.rows_of(tracked.rid)[0], occasion)
    channels = keys.channels(request)
    drawable = Drawable(
        tracked,
        keys.rows,
        request.smoother(finite),
        finite if request.raw and request.smooth != "none" else None,
        apart,
        channels,
        _order(snapshot, keys, channels),
    )
    parts, exact = [], True
    if request.fold:
        rows, complete = folds(snapshot, drawable, request)
        parts.append(rows)
        exact = exact and complete
    if request.traces or not request.fold:
        rows, complete = traces(snapshot, drawable, request)
        parts.append(rows)
        exact = exact and complete
    is_ramp = is_sequential(channels.color)
    meta = LinesMeta(
        charts=channels.chart.groups,
        colors=channels.color.groups,
        strokes=channels.stroke.groups,
        color_scale="sequential" if is_ramp else "categorical",
        color_log=is_ramp and is_logarithmic(channels.color),
        color_key=", ".join(channels.color_keys) or None,
        x_kind=request.x_kind,
        x_label=request.x_metric or X_LABELS[request.x_kind],
        x_missing=_runs_without_place(tracked, placed),
        series=len(tracked.mid),
        runs=len(np.unique(tracked.rid)),
        points_total=len(tracked.value),
        unplaced=int(placed.n_unplaced.sum()),
        exact=exact,
        generation=snapshot.generation,
        warnings=(*chosen.warnings, *channels.warnings),
        ms=(time.perf_counter() - started) * 1e3,
    )
    return Lines(tuple(parts), meta)


def _runs_without_place(tracked: Tracked, placed: Placed) -> int:
    _, run = np.unique(tracked.rid, return_inverse=True)
    return int((np.bincount(run.reshape(-1), placed.series.counts) == 0).sum())


def _order(snapshot: Snapshot, keys: SeriesKeys, channels: Channels) -> Ints:
    metrics = {int(mid): snapshot.metric_by_id[int(mid)] for mid in np.unique(keys.mids)}
    by_name = sorted(metrics, key=lambda mid: (metrics[mid].name, context_text(metrics[mid].context)))
    rank_of = {mid: rank for rank, mid in enumerate(by_name)}
    metric_rank = np.array([rank_of[mid] for mid in keys.mids.tolist()], dtype=np.int64)
    run_rank = np.empty(snapshot.axis.size, dtype=np.int64)
    run_rank[snapshot.base_order] = np.arange(snapshot.axis.size)
    return np.lexsort(
        (run_rank[keys.rows], metric_rank, channels.stroke.codes, channels.color.codes, channels.chart.codes)
    )
