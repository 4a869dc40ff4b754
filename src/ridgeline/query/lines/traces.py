"""One line for each series."""

import numpy as np

from ridgeline.query.lines.answer import LineRows
from ridgeline.query.lines.downsample import clip, thin_by
from ridgeline.query.lines.drawable import Drawable, points_a_line, points_in_window, taken
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.snapshot import Snapshot, context_text


def traces(snapshot: Snapshot, drawable: Drawable, request: LinesRequest) -> tuple[LineRows, bool]:
    """Return a line for each series, in the order in which they are drawn, and whether every point in the range is there."""
    order, tracked, channels = drawable.order, drawable.tracked, drawable.channels
    points = points_a_line(request, len(order))
    inside = clip(drawable.series.take(order), *request.window)
    raw = None if drawable.raw is None else clip(drawable.raw.take(order), *request.window).y
    shown = (inside.y,) if raw is None else (inside.y, raw)
    keep = thin_by(inside.offsets, inside.x, shown, shown, points)
    series = inside.where(keep)
    apart = taken(drawable.apart, order).thinned(points)
    runs, run_rows = snapshot.runs, drawable.rows[order]
    metrics = {mid: snapshot.metric_by_id[mid] for mid in np.unique(tracked.mid).tolist()}
    contexts = {mid: context_text(metric.context) for mid, metric in metrics.items()}
    mids = tracked.mid[order].tolist()
    rows = LineRows(
        is_fold=False,
        run=runs.id[run_rows].tolist(),
        status=runs.status[run_rows].tolist(),
        name=[metrics[mid].name for mid in mids],
        context=[contexts[mid] for mid in mids],
        chart=channels.chart.codes[order],
        color=channels.color.codes[order],
        stroke=channels.stroke.codes[order],
        n_runs=np.ones(len(order), dtype=np.int64),
        offsets=series.offsets,
        x=series.x,
        y=series.y,
        raw=None if raw is None else raw[keep],
        lo=None,
        hi=None,
        n=None,
        n_nan=apart.n_nan,
        n_inf=apart.n_inf,
        nonfinite_offsets=apart.offsets,
        nonfinite_x=apart.x,
        nonfinite_y=apart.y,
        n_points=points_in_window(drawable, request)[order],
    )
    return rows, bool(keep.all())
