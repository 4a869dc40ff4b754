"""Smooth series. Points that are NaN or infinite take no part and stay what they are."""

from collections.abc import Callable

import numpy as np

from ridgeline.query.lines.curves import Bools, Curves, Floats, Ints, starts_of_runs

# Weights below it change no digit of a float64 sum.
_NEGLIGIBLE = 1e-18


def ema(series: Curves, weight: float) -> Curves:
    r"""Return the debiased exponential moving average in x.

    .. math:: s_i = \frac{\sum_{j \le i} w^{(x_i - x_j)/\Delta}\, y_j}{\sum_{j \le i} w^{(x_i - x_j)/\Delta}}

    Δ is the median of the positive gaps of the series. On an even grid it is the average of TensorBoard (and of Adam's
    moments, Kingma & Ba 2015, section 3) with its start-up bias divided out. On an uneven one a point counts by how far
    back in x it lies, not by how many points stand between: a run that logs twice as densely is smoothed over as many steps
    as another.

    Args:
        series: Sorted by x.
        weight: w, from 0 (nothing is smoothed) to below 1.
    """
    return _on_finite(series, lambda finite: _ema(finite, weight))


def centred_mean(series: Curves, points: int) -> Curves:
    """Return the mean of the `points` (odd) points around each point.

    Near the ends the window narrows on both sides alike, so that it stays centred: the first and last point are themselves,
    and a straight line on an even grid stays a straight line.
    """
    return _on_finite(series, lambda finite: _centred_mean(finite, points))


def _on_finite(series: Curves, method: Callable[[Curves], Floats]) -> Curves:
    finite: Bools = np.isfinite(series.y)
    smooth = series.y.copy()
    smooth[finite] = method(series.where(finite))
    return Curves(series.offsets, series.x, smooth)


def _ema(series: Curves, weight: float) -> Floats:
    if len(series.y) == 0 or weight <= 0:
        return series.y
    decay = _decays(series, weight)
    sums, weights = series.y.copy(), np.ones(len(series.y))
    # A prefix scan by doubling (Hillis & Steele 1986): after round k each sum covers 2^k points. `decay` holds the factor
    # from the point 2^k before; it is 0 across the start of a series, and the scan ends when nothing older matters.
    reach = 1
    while reach < len(decay) and decay.max() > _NEGLIGIBLE:
        back = decay[reach:].copy()
        sums[reach:] = sums[reach:] + back * sums[:-reach]
        weights[reach:] = weights[reach:] + back * weights[:-reach]
        decay[reach:] = back * decay[:-reach]
        decay[:reach] = 0
        reach *= 2
    smooth: Floats = sums / weights
    return smooth


def _decays(series: Curves, weight: float) -> Floats:
    """Return the factor from each point to the next; the first of a series has 0."""
    gaps = np.diff(series.x, prepend=series.x[:1])
    starts = series.offsets[:-1][series.counts > 0]
    gaps[starts] = np.nan
    unit = np.repeat(_median_gaps(series.offsets, gaps), series.counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        decay: Floats = np.power(weight, gaps / unit)
    decay[np.isnan(decay)] = 1.0  # points at one x, in a series that has no other x
    decay[starts] = 0.0
    return decay


def _median_gaps(offsets: Ints, gaps: Floats) -> Floats:
    """Return the median positive gap of each series; NaN for one without."""
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    positive = gaps > 0
    owner, gaps = owner[positive], gaps[positive]
    medians = np.full(len(offsets) - 1, np.nan)
    if len(gaps) == 0:
        return medians
    starts = starts_of_runs(owner)
    lowest, highest = np.minimum.reduceat(gaps, starts), np.maximum.reduceat(gaps, starts)
    medians[owner[starts]] = lowest
    uneven = np.zeros(len(medians), dtype=np.bool_)
    uneven[owner[starts]] = highest > lowest
    rest = uneven[owner]
    if rest.any():
        owner, gaps = owner[rest], gaps[rest]
        gaps = gaps[np.lexsort((gaps, owner))]
        starts = starts_of_runs(owner)
        counts = np.diff(np.append(starts, len(owner)))
        medians[owner[starts]] = (gaps[starts + (counts - 1) // 2] + gaps[starts + counts // 2]) / 2
    return medians


def _centred_mean(series: Curves, points: int) -> Floats:
    if len(series.y) == 0:
        return series.y
    rank = series.rank
    left = np.repeat(series.counts, series.counts) - 1 - rank
    half = np.minimum(np.minimum(rank, left), points // 2)
    at = np.arange(len(series.y))
    # Sums of windows, each on its own: a running sum would carry the rounding of one huge value to all that follow.
    bounds = np.stack([at - half, at + half + 1], axis=1).ravel()
    sums = np.add.reduceat(np.append(series.y, 0.0), bounds)[::2]
    means: Floats = sums / (2 * half + 1)
    return means
