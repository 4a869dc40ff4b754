"""Series between being placed on x and being drawn."""

from dataclasses import dataclass

from ridgeline.query.lines.curves import Curves, Ints, count_in
from ridgeline.query.lines.downsample import NonFinite
from ridgeline.query.lines.keys import Channels
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.lines.tracked import Tracked

# What an answer may hold; many lines get fewer points each, at least _FEWEST.
_SENT = 4_000_000
_FEWEST = 50


@dataclass(frozen=True, slots=True, eq=False)
class Drawable:
    """Series ready to be drawn, in the order in which they are drawn."""

    tracked: Tracked
    rows: Ints  # of the run of each series in the snapshot
    series: Curves
    raw: Curves | None  # before it was smoothed, when that is to be shown too
    apart: NonFinite
    channels: Channels
    order: Ints


def points_a_line(request: LinesRequest, n_lines: int) -> int:
    """Return how many points each of so many lines may have; 0: all."""
    if request.points == 0:
        return 0
    return min(request.points, max(_FEWEST, _SENT // max(1, n_lines)))


def points_in_window(drawable: Drawable, request: LinesRequest) -> Ints:
    """Return how many points of each series lie in the window, finite or not."""
    low, high = request.window
    series, apart = drawable.series, drawable.apart
    inside = count_in(series.offsets, (series.x >= low) & (series.x <= high))
    return inside + count_in(apart.offsets, (apart.x >= low) & (apart.x <= high))


def taken(apart: NonFinite, order: Ints) -> NonFinite:
    """Return some series of what is set apart, in the order asked for."""
    places = Curves(apart.offsets, apart.x, apart.y).take(order)
    return NonFinite(apart.n_nan[order], apart.n_inf[order], places.offsets, places.x, places.y)
