"""Draw fewer points without losing what they show.

A series that has more points than asked for is cut into buckets; of each bucket the first, the last, the lowest and the
highest point stay (Jugel et al. 2014, "M4", PVLDB 7(10), section 4.2), so a single spike among a million points stays.
Three in four buckets are equally wide in x, as pixels are.
Departs: the others hold ever more points, as pixels of a logarithmic axis do, so that the start of a series is not one dot there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.query.lines.curves import Bools, Curves, Floats, Ints, count_in, owners, spans, starts_of_runs


def thin(series: Curves, points: int) -> Bools:
    """Return which points to keep, at most `points` a series; 0 keeps all."""
    return thin_by(series.offsets, series.x, (series.y,), (series.y,), points)


def thin_by(offsets: Ints, x: Floats, lows: Sequence[Floats], highs: Sequence[Floats], points: int) -> Bools:
    """Return which points to keep: of each bucket both ends, the minimum of each of `lows`, the maximum of each of `highs`.

    Args:
        offsets: Where the series start and end.
        x: Sorted within each series.
        lows: Columns without NaN.
        highs: Columns without NaN.
        points: The most that a series keeps, at least two buckets' worth; 0 keeps all.
    """
    keep = np.ones(len(x), dtype=np.bool_)
    long = np.diff(offsets) > points
    if points <= 0 or not long.any():
        return keep
    at, cut = spans(offsets[:-1][long], offsets[1:][long])
    buckets = max(2, points // (2 + len(lows) + len(highs)))
    starts = _bucket_starts(cut, x[at], buckets)
    kept = np.zeros(len(at), dtype=np.bool_)
    kept[starts] = True
    kept[np.append(starts[1:], len(at)) - 1] = True
    for column in lows:
        kept[_first_lowest(column[at], starts)] = True
    for column in highs:
        kept[_first_lowest(-column[at], starts)] = True
    keep[at] = kept
    return keep


def _bucket_starts(offsets: Ints, x: Floats, buckets: int) -> Ints:
    counts = np.diff(offsets)
    owner = owners(offsets)
    even = max(1, buckets * 3 // 4)
    growing = buckets - even
    first, last = x[offsets[:-1]], x[offsets[1:] - 1]
    width = np.where(last > first, last - first, 1.0)
    by_x = np.minimum(((x - first[owner]) * (even / width)[owner]).astype(np.int64), even - 1)
    rank = np.arange(len(x)) - offsets[:-1][owner]
    by_rank = (np.log1p(rank) * (growing / np.log1p(counts))[owner]).astype(np.int64)
    return starts_of_runs(owner, by_x, by_rank)


def _first_lowest(y: Floats, starts: Ints) -> Ints:
    """Return where the first of the lowest values of each bucket stands."""
    sizes = np.diff(np.append(starts, len(y)))
    at = np.flatnonzero(y == np.repeat(np.minimum.reduceat(y, starts), sizes))
    bucket = np.searchsorted(starts, at, side="right")
    return at[starts_of_runs(bucket)]


def clip(series: Curves, xmin: float, xmax: float) -> Curves:
    """Return the points in [xmin, xmax] and one more on each side, so that lines reach the border.

    A series that lies wholly on one side is left without points.
    """
    if xmin == -np.inf and xmax == np.inf:
        return series
    before = count_in(series.offsets, series.x < xmin)
    until = count_in(series.offsets, series.x <= xmax)
    outside = (until == 0) | (before == series.counts)
    starts = series.offsets[:-1] + np.maximum(before - 1, 0)
    ends = series.offsets[:-1] + np.minimum(until + 1, series.counts)
    points, offsets = spans(starts, np.where(outside, starts, ends))
    return Curves(offsets, series.x[points], series.y[points])


@dataclass(frozen=True, slots=True, eq=False)
class NonFinite:
    """The points of each series that can not be drawn: how many, and the x and the value of all of them."""

    n_nan: Ints
    n_inf: Ints
    offsets: Ints
    x: Floats
    y: Floats  # NaN, inf or -inf

    def thinned(self, points: int) -> "NonFinite":
        """Return at most `points` places a series, spread evenly over them; 0 keeps all. The counts stay."""
        counts = np.diff(self.offsets)
        if points <= 0 or (counts <= points).all():
            return self
        rank = np.arange(len(self.x)) - np.repeat(self.offsets[:-1], counts)
        share = np.repeat(np.minimum(points / np.maximum(counts, 1), 1.0), counts)
        keep = np.floor((rank + 1) * share) > np.floor(rank * share)
        kept = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)[self.offsets]
        return NonFinite(self.n_nan, self.n_inf, kept, self.x[keep], self.y[keep])


def split_nonfinite(series: Curves) -> tuple[Curves, NonFinite]:
    """Set points with a value of NaN or ±Inf apart."""
    nan, bad = np.isnan(series.y), ~np.isfinite(series.y)
    apart = series.where(bad)
    n_nan = count_in(series.offsets, nan)
    n_inf = count_in(series.offsets, bad) - n_nan
    return series.where(~bad), NonFinite(n_nan, n_inf, apart.offsets, apart.x, apart.y)
