"""One number for scores on several tasks and seeds that a single outlier does not move."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import trim_mean

from ridgeline.select.stats.result import finite


def interquartile_mean(scores: ArrayLike) -> float:
    """Return the mean of the middle half of all scores.

    Agarwal et al., NeurIPS 2021 (arXiv:2108.13264), section 4.3: as robust as the median, at less variance.

    Args:
        scores: any shape; for example [seeds, tasks].

    Raises:
        InputError: there is none, or one is NaN or infinite.
    """
    return float(trim_mean(finite(np.ravel(scores), "The scores", 1), 0.25))


def optimality_gap(scores: ArrayLike, target: float = 1.0) -> float:
    """Return by how much scores fail a target on average; what exceeds it counts as reaching it.

    Agarwal et al. 2021, section 4.3.

    Raises:
        InputError: there is none, or one is NaN or infinite.
    """
    return float(np.maximum(target - finite(np.ravel(scores), "The scores", 1), 0).mean())


def performance_profile(scores: ArrayLike, thresholds: ArrayLike) -> NDArray[np.float64]:
    """Return which part of the scores lies above each threshold, [thresholds].

    Agarwal et al. 2021, section 4.2.

    Raises:
        InputError: there is no score or no threshold, or one is NaN or infinite.
    """
    ordered = np.sort(finite(np.ravel(scores), "The scores", 1))
    above = len(ordered) - np.searchsorted(ordered, finite(thresholds, "The thresholds", 1), side="right")
    profile: NDArray[np.float64] = above / len(ordered)
    return profile
