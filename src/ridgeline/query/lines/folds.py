"""One line with a band for each group of series."""

from dataclasses import dataclass

import numpy as np

from ridgeline.query.lines.aggregate import Folds, fold
from ridgeline.query.lines.answer import LineRows
from ridgeline.query.lines.curves import Ints, kept_offsets, owners
from ridgeline.query.lines.downsample import NonFinite, clip, thin_by
from ridgeline.query.lines.drawable import Drawable, points_a_line, points_in_window
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.snapshot import Snapshot, context_text


@dataclass(frozen=True, slots=True, eq=False)
class _Members:
    """Which series are folded together: those of one chart, colour and stroke that measure the same metric name."""

    first: Ints  # for each group some series of it
    group: Ints  # for each series its group
    n_groups: int


def _members(snapshot: Snapshot, drawable: Drawable) -> _Members:
    channels, mids = drawable.channels, drawable.tracked.mid
    names = sorted({snapshot.metric_by_id[mid].name for mid in np.unique(mids).tolist()})
    name_of = {name: rank for rank, name in enumerate(names)}
    name = np.array([name_of[snapshot.metric_by_id[mid].name] for mid in mids.tolist()], dtype=np.int64)
    keys = np.stack([channels.chart.codes, channels.color.codes, channels.stroke.codes, name], axis=1)
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return _Members(first, group.reshape(-1).astype(np.int64), len(first))


def folds(snapshot: Snapshot, drawable: Drawable, request: LinesRequest) -> tuple[LineRows, bool]:
    """Return a line for each chart, colour, stroke and metric name, and whether every place and point went in and stays."""
    members = _members(snapshot, drawable)
    points = points_a_line(request, members.n_groups)
    folded = fold(
        clip(drawable.series, *request.window),
        members.group,
        request.line,
        request.band,
        window=request.window,
        max_places=points or None,
    )
    thinned, complete = _thinned(folded, points)
    apart = _merged(drawable.apart, members).thinned(points)
    first, channels = members.first, drawable.channels
    rows = LineRows(
        is_fold=True,
        run=[None] * members.n_groups,
        status=[None] * members.n_groups,
        name=[snapshot.metric_by_id[mid].name for mid in drawable.tracked.mid[first].tolist()],
        context=_common_contexts(snapshot, drawable.tracked.mid, members),
        chart=channels.chart.codes[first],
        color=channels.color.codes[first],
        stroke=channels.stroke.codes[first],
        n_runs=_distinct_runs(drawable.tracked.rid, members),
        offsets=thinned.offsets,
        x=thinned.x,
        y=thinned.y,
        raw=None,
        lo=thinned.lo,
        hi=thinned.hi,
        n=thinned.n,
        n_nan=apart.n_nan,
        n_inf=apart.n_inf,
        nonfinite_offsets=apart.offsets,
        nonfinite_x=apart.x,
        nonfinite_y=apart.y,
        n_points=_summed(points_in_window(drawable, request), members),
    )
    return rows, complete


def _thinned(folds: Folds, points: int) -> tuple[Folds, bool]:
    """Thin folds so that the extremes of line and band stay."""
    lows, highs = [folds.y], [folds.y]
    if folds.lo is not None and folds.hi is not None:
        lows.append(np.where(np.isnan(folds.lo), folds.y, folds.lo))
        highs.append(np.where(np.isnan(folds.hi), folds.y, folds.hi))
    keep = thin_by(folds.offsets, folds.x, lows, highs, points)
    thinned = Folds(
        kept_offsets(folds.offsets, keep),
        folds.x[keep],
        folds.y[keep],
        None if folds.lo is None else folds.lo[keep],
        None if folds.hi is None else folds.hi[keep],
        folds.n[keep],
        folds.exact,
    )
    return thinned, folds.exact and bool(keep.all())


def _summed(counts: Ints, members: _Members) -> Ints:
    return np.bincount(members.group, counts, members.n_groups).astype(np.int64)


def _merged(apart: NonFinite, members: _Members) -> NonFinite:
    """Return the counts of each group together, and its places, sorted, each once for each kind of value."""
    owner = members.group[owners(apart.offsets)]
    # A NaN equals nothing; as 0 beside the two infinities it can be told from them.
    kind = np.where(np.isnan(apart.y), 0.0, np.sign(apart.y))
    places = np.unique(np.stack([owner.astype(np.float64), apart.x, kind], axis=1), axis=0)
    sizes = np.bincount(places[:, 0].astype(np.int64), minlength=members.n_groups)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    value = np.array([np.nan, np.inf, -np.inf])[places[:, 2].astype(np.int64)]
    n_nan, n_inf = _summed(apart.n_nan, members), _summed(apart.n_inf, members)
    return NonFinite(n_nan, n_inf, offsets, places[:, 1], value)


def _distinct_runs(rid: Ints, members: _Members) -> Ints:
    pairs = np.unique(np.stack([members.group, rid], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=members.n_groups).astype(np.int64)


def _common_contexts(snapshot: Snapshot, mids: Ints, members: _Members) -> list[str]:
    """Return for each group the keys and values that the contexts of all its series share."""
    common: list[dict[str, str]] = [{} for _ in range(members.n_groups)]
    seen = [False] * members.n_groups
    for group, mid in np.unique(np.stack([members.group, mids], axis=1), axis=0).tolist():
        context = snapshot.metric_by_id[mid].context
        texts = {key: context_text({key: value}) for key, value in context.items()}
        if seen[group]:
            texts = {key: text for key, text in common[group].items() if texts.get(key) == text}
        common[group], seen[group] = texts, True
    return ["{" + ", ".join(text[1:-1] for _, text in sorted(context.items())) + "}" for context in common]
