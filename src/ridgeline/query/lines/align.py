"""Put points of different runs on one x axis.

    step      the step of the point
    epoch     its epoch; a point without one has no place
    relative  seconds since its run was created: every metric of a run has the same origin, set-up time counts
    absolute  seconds since 1970, UTC
    metric    the value of another metric in the same run: the last one at or before the step of the point

A series comes out sorted by x. Points with the same x keep the order in which they came (step, then time), so that
"the last" of them is the one tracked last. Points without a finite x are left out and counted.
"""

from dataclasses import dataclass

import numpy as np

from ridgeline.query.lines.curves import Curves, Floats, Ints, count_in, kept_offsets, owners

_MOST_KEYS = 1 << 62
_MOST_PADDING = 2


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Series sorted by x, and how many points of each had no place on the axis."""

    series: Curves
    n_unplaced: Ints


def place(offsets: Ints, x: Floats, y: Floats) -> Placed:
    """Sort each series by x, stably; points whose x is NaN or infinite are left out."""
    finite = np.isfinite(x)
    unplaced = count_in(offsets, ~finite)
    if not finite.all():
        offsets, x, y = kept_offsets(offsets, finite), x[finite], y[finite]
    owner = owners(offsets)
    if np.any((x[1:] < x[:-1]) & (owner[1:] == owner[:-1])):
        order = _order_within(offsets, owner, x)
        x, y = x[order], y[order]
    return Placed(Curves(offsets, x, y), unplaced)


def _order_within(offsets: Ints, owner: Ints, x: Floats) -> Ints:
    """Return the order that sorts each series by a finite x, stably."""
    counts = np.diff(offsets)
    width = int(counts.max())
    if width * len(counts) > _MOST_PADDING * len(x):
        return np.lexsort((x, owner)).astype(np.int64)
    # Of about equal length, they are sorted as the rows of a table: seven times as fast.
    rank = np.arange(len(x)) - offsets[:-1][owner]
    table = np.full((len(counts), width), np.inf)
    table[owner, rank] = x
    order = np.argsort(table, axis=1, kind="stable") + offsets[:-1, None]
    within: Ints = order[np.arange(width) < counts[:, None]]
    return within


def since(offsets: Ints, time: Floats, origin: Floats) -> Floats:
    """Return seconds since the origin of each series."""
    return time - np.repeat(origin, np.diff(offsets))


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Steps of many series, sorted by step within each."""

    offsets: Ints
    step: Ints


def last_at_or_before(asked: Steps, given: Steps, values: Floats, partner: Ints) -> Floats:
    """Return for each asked step the last value that the partner series has at or before it.

    Args:
        asked: The steps to find values for.
        given: The steps of the series that have the values.
        values: A value a given step.
        partner: For each asked series the given series to look in; -1: none.

    Returns:
        A value an asked step; NaN before the partner's first step and without a partner.
    """
    found = np.full(len(asked.step), np.nan)
    if len(given.step) == 0:
        return found
    asked_place, given_place, width = _places(asked.step, given.step, len(given.offsets))
    look_in = np.repeat(partner, np.diff(asked.offsets))
    given_keys = owners(given.offsets) * width + given_place
    at = np.searchsorted(given_keys, look_in * width + asked_place, side="right") - 1
    first = np.concatenate([given.offsets[:-1], [0]])[look_in]  # the last entry serves partner -1
    hit = (look_in >= 0) & (at >= first)
    found[hit] = values[at[hit]]
    return found


def _places(asked: Ints, given: Ints, n_series: int) -> tuple[Ints, Ints, int]:
    """Return steps as numbers from 0 to below the third value, so that (series, step) is one sortable number of 64 bits."""
    steps = np.concatenate([asked, given])
    low = int(steps.min())
    width = int(steps.max()) - low + 1
    if width * (n_series + 1) < _MOST_KEYS:
        return asked - low, given - low, width
    # Steps may span all 64 bits; their ranks do not.
    ranks = np.unique(steps, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return ranks[: len(asked)], ranks[len(asked) :], int(ranks.max()) + 1
