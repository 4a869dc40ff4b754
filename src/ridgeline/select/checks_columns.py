"""Find candidates whose scores stand in the wrong columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ridgeline.select.scores import Scores

FAR = 20.0
"""Spreads from a column's median beyond which it no longer counts how far a cell is: one wild cell is no wrong order."""
GAIN = 33.0
"""Spreads by which another order must fit better: two cells far outside their columns, less the width of those they fit.
In the roberta-base table of model-recycling the 66 rows in a wrong order gain 37 or more, all others 30 or less; in 60
simulated sweeps of 240 × 15 with collapsed and half-trained candidates none was found, nor in the demo's 240 × 18."""
MISPLACED = 5.0
"""Spreads by which a cell must fit another column better to be named."""
LEAST_KNOWN = 10
"""Cells of a column below which its median and spread say too little to judge by."""
MAD_TO_SIGMA = 1.4826
"""Times the median absolute deviation, the standard deviation where values are normal."""


@dataclass(frozen=True, slots=True)
class WrongOrder:
    """A candidate whose scores fit the columns better in another order.

    Attributes:
        candidate: its row.
        tasks: columns whose cells look misplaced, ascending.
        belongs: for each of these, the column that its cell fits.
        gain: spreads by which the other order fits better, summed over the cells.
    """

    candidate: int
    tasks: tuple[int, ...]
    belongs: tuple[int, ...]
    gain: float


def columns_out_of_order(scores: Scores) -> tuple[WrongOrder, ...]:
    """Find candidates whose scores fit the columns far better in another order.

    Tables that are put together from several runs of an evaluation sometimes hold rows whose columns come in the order of
    another run. Where tasks differ in how hard they are, such a cell lies far outside its column and well within another one.
    The order that fits best is the assignment of a row's cells to columns with the least sum of distances from the
    columns' medians, in robust standard deviations, each counting `FAR` at most (Kuhn 1955).

    Tasks on which all candidates score alike cannot be told apart, so an exchange of these is not found. A candidate that
    is bad at everything is no finding: no order fits it. Nor is one that is worse throughout but finds the same tasks easy.

    Args:
        scores: candidates × tasks; cells may be missing. Columns with fewer than `LEAST_KNOWN` cells are left out.

    Returns:
        The findings in the order of the rows; more than half of a column must be in order for them to be right.
    """
    judged = np.flatnonzero((~np.isnan(scores.values)).sum(axis=0) >= LEAST_KNOWN)
    if len(judged) < 2:
        return ()
    values = scores.values[:, judged]
    middle = np.nanmedian(values, axis=0)
    spread = MAD_TO_SIGMA * np.nanmedian(np.abs(values - middle), axis=0)
    # A column on which most candidates have one value has no spread of its own; half the usual one stands for it.
    spread = np.maximum(spread, np.median(spread) / 2)
    if not (spread > 0).all():
        return ()
    own = np.minimum(np.abs(values - middle) / spread, FAR)
    suspicious = np.flatnonzero(np.nansum(own, axis=1) >= GAIN)
    found = (_fit(int(row), values[row], middle, spread) for row in suspicious)
    return tuple(
        WrongOrder(
            one.candidate,
            tuple(int(judged[at]) for at in one.tasks),
            tuple(int(judged[at]) for at in one.belongs),
            one.gain,
        )
        for one in found
        if one.gain >= GAIN
    )


def _fit(
    row: int, cells: NDArray[np.float64], middle: NDArray[np.float64], spread: NDArray[np.float64]
) -> WrongOrder:
    known = np.flatnonzero(~np.isnan(cells))
    away = np.minimum(np.abs(cells[known, None] - middle[known]) / spread[known], FAR)  # [cells, columns]
    _, place = linear_sum_assignment(away)
    other = away[np.arange(len(known)), place]
    better = np.diag(away) - other
    moved = np.flatnonzero(better >= MISPLACED)
    own = min(float(np.diag(away).sum()), _misfit_in_order(cells[known], middle[known], spread[known]))
    return WrongOrder(
        row,
        tuple(int(at) for at in known[moved]),
        tuple(int(at) for at in known[place[moved]]),
        own - float(other.sum()),
    )


def _misfit_in_order(
    cells: NDArray[np.float64], middle: NDArray[np.float64], spread: NDArray[np.float64]
) -> float:
    """Return how far cells lie from a line that rises with the columns' medians, by Theil & Sen's slope.

    A candidate that is half trained is worse on all tasks, each of its cells may fit the next harder one, and yet it is in order.
    """
    one, other = np.triu_indices(len(cells), 1)
    apart = middle[one] != middle[other]
    one, other = one[apart], other[apart]
    slopes = (cells[one] - cells[other]) / (middle[one] - middle[other])
    slope = max(0.0, float(np.median(slopes))) if len(slopes) else 0.0  # falling, it is no candidate in order
    left = cells - slope * middle
    return float(np.minimum(np.abs(left - np.median(left)) / spread, FAR).sum())
