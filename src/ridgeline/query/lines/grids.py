"""The values of many series at common places."""

from dataclasses import dataclass

import numpy as np

from ridgeline.query.lines.curves import Curves, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Series that have their points at the same places: `y` is (series, points)."""

    x: Floats
    y: Floats


def last_of_ties(series: Curves) -> Curves:
    """Return the series with the last of the points at each x."""
    keep = np.ones(len(series.x), dtype=np.bool_)
    keep[:-1] = series.x[1:] != series.x[:-1]
    ends = series.offsets[1:][series.counts > 0]
    keep[ends - 1] = True
    return series.where(keep)


def grids_of(series: Curves, members: Ints) -> list[Grid]:
    """Return some of the series, those with the same places together; the empty ones are left out."""
    by_places: dict[bytes, list[int]] = {}
    for member in members.tolist():
        x, _ = series.one(member)
        if len(x):
            by_places.setdefault(x.tobytes(), []).append(member)
    return [
        Grid(series.one(same[0])[0], np.stack([series.one(member)[1] for member in same]))
        for same in by_places.values()
    ]


def places_of(grids: list[Grid], window: tuple[float, float]) -> Floats:
    """Return every place at which some series has a point, within a window; its bounds are places, too."""
    if len(grids) == 1:
        places = grids[0].x
    else:
        places = np.unique(np.concatenate([grid.x for grid in grids]))
    low, high = window
    if np.isinf(low) and np.isinf(high):
        return places
    borders = [bound for bound in window if places[0] < bound < places[-1]]
    return np.unique(np.concatenate([places[(places >= low) & (places <= high)], borders]))


def values_at(grids: list[Grid], places: Floats) -> Floats:
    """Return the value of each series at each place, NaN where it has none: (places, series)."""
    if len(grids) == 1 and np.array_equal(places, grids[0].x):
        return np.ascontiguousarray(grids[0].y.T)
    values = np.full((len(places), sum(len(grid.y) for grid in grids)), np.nan)
    column = 0
    for grid in grids:
        start, end = np.searchsorted(places, grid.x[0]), np.searchsorted(places, grid.x[-1], side="right")
        inside = places[start:end]
        left = np.searchsorted(grid.x, inside, side="right") - 1
        right = np.minimum(left + 1, len(grid.x) - 1)
        gap = grid.x[right] - grid.x[left]
        share = np.divide(inside - grid.x[left], gap, out=np.zeros(len(inside)), where=gap > 0)
        y = grid.y
        # Two products, not y0 + share * (y1 - y0): that overflows between huge values of unlike sign.
        values[start:end, column : column + len(y)] = ((1 - share) * y[:, left] + share * y[:, right]).T
        column += len(y)
    return values
