"""What a rule costs by how many candidates there are to choose from."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError

_MOST_SIZES = 24


def pool_sizes(total: int) -> NDArray[np.int64]:
    """Return sizes of pools to look at, [sizes]: 1 to all candidates, evenly on a logarithmic axis, each once."""
    if total < 1:
        return np.empty(0, np.int64)
    return np.unique(np.geomspace(1, total, min(total, _MOST_SIZES)).round().astype(np.int64))


def regret_by_pool(
    rule_scores: NDArray[np.float64], target: NDArray[np.float64], sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean regret over all pools of so many candidates, exactly: no pools are drawn.

    The i-th best of all is the best of a pool of n with the probability C(i-1, n-1) / C(N, n), i counted from the worst (Tang
    et al., ACL 2020, equation 7); that holds for the oracle's order as for the rule's. Candidates that tie for the rule count by
    their mean.

    Args:
        rule_scores: what the rule says of each candidate, higher is better, [candidates].
        target: the target's score, higher is better, [candidates]. A candidate that lacks either is left out.
        sizes: of the pools, [sizes], from 1 to the number of candidates that have both.

    Returns:
        [sizes]; the last is the regret of the whole pool, if that is among the sizes.

    Raises:
        InputError: a size is less than 1 or more than the candidates.
    """
    known = ~np.isnan(rule_scores) & ~np.isnan(target)
    scores, worth = rule_scores[known], target[known]
    total = len(worth)
    if len(sizes) and not 1 <= sizes.min() <= sizes.max() <= total:
        raise InputError(
            f"Pools of {sizes.min()} to {sizes.max()} candidates were asked for, but there are {total} with both scores.",
            "pool-size",
        )
    _, level, counts = np.unique(scores, return_inverse=True, return_counts=True)
    expected = (np.bincount(level, worth, len(counts)) / counts)[level][np.argsort(level, kind="stable")]
    gap = np.sort(worth) - expected
    return np.array([_chances(total, int(size)) @ gap for size in sizes]).clip(0.0)


def _chances(total: int, size: int) -> NDArray[np.float64]:
    """Return the chance of each candidate, from the worst, to be the best of a random pool of `size`, [total]."""
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total)))])
    place = np.arange(size, total + 1)
    # in proportion to C(place - 1, size - 1)
    log_chances = log_factorial[place - 1] - log_factorial[place - size]
    chances = np.zeros(total)
    chances[size - 1 :] = np.exp(log_chances - log_chances.max())
    chances /= chances.sum()
    return chances
