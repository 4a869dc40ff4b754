"""Fold many series into one line with a band, over all series at all their points.

The fold of a group is evaluated at every x at which some series of the group has a point. At such an x a series has the
value that it logged there (the last one, if it logged several), or the straight line between its two neighbouring points;
outside its own first and last point it has none. `n` is the number of series that have a value at that x.

    line        mean, median, min or max of these n values
    band        minmax, quartiles (linear interpolation, as numpy.quantile),
                std (mean ± s, ddof=1), stderr (mean ± s/√n), ci95 (mean ± t(0.975, n-1)·s/√n)

The last three are undefined (NaN) where n is 1: one run says nothing about the spread. They stand round the mean, whichever
line is drawn. The others fall together with the line there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ridgeline.query.lines.curves import Curves, Floats, Ints, starts_of_runs
from ridgeline.query.lines.grids import Grid, grids_of, last_of_ties, places_of, values_at
from ridgeline.query.lines.statistics import BAND_OF, LINE_OF, Band, Line, Statistics

# Series × places held at once: 32 MB of float64.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """One fold a group: those of group g stand at `offsets[g]:offsets[g + 1]` of each column."""

    offsets: Ints
    x: Floats
    y: Floats
    lo: Floats | None  # None: no band was asked for
    hi: Floats | None
    n: Ints
    exact: bool  # False: some group was evaluated at a part of its places only


@dataclass(frozen=True, slots=True, eq=False)
class _Fold:
    x: Floats
    y: Floats
    lo: Floats | None
    hi: Floats | None
    n: Ints
    exact: bool


def fold(
    series: Curves,
    group: Ints,
    line: Line,
    band: Band,
    *,
    window: tuple[float, float] = (-np.inf, np.inf),
    max_places: int | None = None,
) -> Folds:
    """Fold the series of each group.

    Args:
        series: Sorted by x; finite.
        group: The group of each series, from 0.
        line: What the line shows.
        band: What the band shows.
        window: Places outside are not evaluated; a finite bound is itself a place, so that lines reach the border.
        max_places: A group that is too large to be evaluated everywhere in a moment (series × places over 4 million)
            is evaluated at this many places or more, spread evenly over its own; extremes of min, max and minmax are
            kept. None: always everywhere.

    Returns:
        Folds sorted by x. A group without points has an empty one.
    """
    series = last_of_ties(series)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(int(group.max(initial=-1)) + 2))
    folds = [
        _fold_one(grids_of(series, order[start:end]), line, band, window, max_places)
        for start, end in pairwise(bounds.tolist())
    ]
    return _join(folds, with_band=band != "none")


def _fold_one(
    grids: list[Grid], line: Line, band: Band, window: tuple[float, float], max_places: int | None
) -> _Fold:
    if not grids:
        none = np.empty(0)
        band_of_none = None if band == "none" else none
        return _Fold(none, none, band_of_none, band_of_none, np.empty(0, dtype=np.int64), exact=True)
    places = places_of(grids, window)
    n_series = sum(len(grid.y) for grid in grids)
    exact = True
    if max_places is not None and n_series * len(places) > _CELLS:
        room = max(max_places, _CELLS // n_series)
        exact = room >= len(places)
        places = places[
            np.unique(np.linspace(0, len(places) - 1, min(room, len(places))).round().astype(int))
        ]
    parts = [_fold_at(grids, part, line, band) for part in _portions(places, n_series)]
    whole = _concatenate(parts, with_band=band != "none")
    return whole if exact else _with_extremes(whole, grids, line, band)


def _portions(places: Floats, n_series: int) -> Iterator[Floats]:
    size = max(1, _CELLS // max(1, n_series))
    for start in range(0, max(1, len(places)), size):
        yield places[start : start + size]


def _fold_at(grids: list[Grid], places: Floats, line: Line, band: Band) -> _Fold:
    values = values_at(grids, places)
    n: Ints = np.count_nonzero(~np.isnan(values), axis=1).astype(np.int64)
    covered = n > 0  # a place between the ends of runs that do not overlap is nobody's
    if not covered.all():
        values, n, places = values[covered], n[covered], places[covered]
    statistics = Statistics(values, n)
    with np.errstate(over="ignore", invalid="ignore"):  # squares of values near the end of the range
        middle = LINE_OF[line](statistics)
        lo, hi = BAND_OF[band](statistics)
    return _Fold(places, middle, lo, hi, n, exact=True)


def _with_extremes(folded: _Fold, grids: list[Grid], line: Line, band: Band) -> _Fold:
    """Widen min and max by the points that lie between the places at which the fold was evaluated."""
    x = np.concatenate([np.tile(grid.x, len(grid.y)) for grid in grids])
    y = np.concatenate([grid.y.ravel() for grid in grids])
    place = np.searchsorted(folded.x, x, side="right") - 1
    inside = (place >= 0) & (x <= folded.x[-1])
    place, y = place[inside], y[inside]
    order = np.argsort(place, kind="stable")
    place, y = place[order], y[order]
    starts = starts_of_runs(place)
    hit = place[starts]
    low, high = np.full(len(folded.x), np.inf), np.full(len(folded.x), -np.inf)
    low[hit], high[hit] = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    new_y, lo, hi = folded.y, folded.lo, folded.hi
    if line in {"min", "max"}:
        new_y = np.minimum(new_y, low) if line == "min" else np.maximum(new_y, high)
    if band == "minmax" and lo is not None and hi is not None:
        lo, hi = np.minimum(lo, low), np.maximum(hi, high)
    return _Fold(folded.x, new_y, lo, hi, folded.n, exact=False)


def _concatenate(parts: list[_Fold], *, with_band: bool) -> _Fold:
    if len(parts) == 1:
        return parts[0]
    lo, hi = _band_of(parts, with_band=with_band)
    x, y = np.concatenate([part.x for part in parts]), np.concatenate([part.y for part in parts])
    return _Fold(x, y, lo, hi, np.concatenate([part.n for part in parts]), all(part.exact for part in parts))


def _band_of(parts: list[_Fold], *, with_band: bool) -> tuple[Floats | None, Floats | None]:
    if not with_band:
        return None, None
    none = np.empty(0)
    lows = [none if part.lo is None else part.lo for part in parts]
    highs = [none if part.hi is None else part.hi for part in parts]
    return np.concatenate([none, *lows]), np.concatenate([none, *highs])


def _join(folds: list[_Fold], *, with_band: bool) -> Folds:
    none = np.empty(0)
    offsets = np.concatenate([[0], np.cumsum([len(part.x) for part in folds])]).astype(np.int64)
    lo, hi = _band_of(folds, with_band=with_band)
    x, y = np.concatenate([none, *[part.x for part in folds]]), np.concatenate([none, *[p.y for p in folds]])
    n = np.concatenate([none, *[part.n for part in folds]]).astype(np.int64)
    return Folds(offsets, x, y, lo, hi, n, all(part.exact for part in folds))
