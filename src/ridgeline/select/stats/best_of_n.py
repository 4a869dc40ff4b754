"""How good the best of n candidates is expected to be, for every n: what more search buys."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.stats.result import finite


def expected_best(scores: ArrayLike, *, with_replacement: bool = False) -> NDArray[np.float64]:
    """Return the expected best score among n candidates drawn at random, for n from 1 to all of them.

    Tang et al., ACL 2020 (arXiv:2004.13796), equation 7: the mean of the maximum over all subsets of n, unbiased.
    With replacement: Dodge et al., EMNLP 2019 (arXiv:1909.03004), equation 5, which is too low, the more so as n grows.

    Args:
        scores: higher is better, [candidates].
        with_replacement: by the estimator of 2019, for comparison with what has been published.

    Returns:
        [candidates]; the first value is the mean. Without replacement the last one is the best score.

    Raises:
        InputError: there is no candidate, or a score is NaN or infinite.
    """
    ordered = np.sort(finite(scores, "The scores", 1))
    total = len(ordered)
    curve = np.empty(total)
    place = np.arange(1, total + 1)
    # weight of the i-th smallest in C(i-1, n-1) / C(total, n), from one n to the next by the ratio of both
    share = np.full(total, 1 / total)
    for n in range(1, total + 1):
        if with_replacement:
            weight = (place / total) ** n - ((place - 1) / total) ** n
        else:
            weight = share
            share = share * np.maximum(place - n, 0) * (n + 1) / (n * max(total - n, 1))
        curve[n - 1] = weight @ ordered
    return curve
