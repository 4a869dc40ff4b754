"""Whether the scores of one candidate over seeds lie above those of another."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import finite


@dataclass(frozen=True, slots=True)
class Dominance:
    """How nearly one candidate is better at every quantile.

    Attributes:
        violation: part of the squared distance between both distributions at which the first one is worse, in [0, 1];
            0: better at every quantile, 1: worse at every one.
        upper_bound: bound on it at the confidence asked for. Below 0.5 the first is better; below 0.2 the claim keeps
            false findings rare (Ulmer et al. 2022).
    """

    violation: float
    upper_bound: float


def probability_of_improvement(a: ArrayLike, b: ArrayLike) -> float:
    """Return how probable it is that a score of the first candidate exceeds one of the second; ties count half.

    The Mann-Whitney U statistic over the number of pairs; Agarwal et al., NeurIPS 2021 (arXiv:2108.13264), section 4.3.

    Args:
        a: scores of the first, [seeds].
        b: scores of the second, [other seeds].

    Raises:
        InputError: there is none, or one is NaN or infinite.
    """
    left, right = finite(a, "The first scores", 1), np.sort(finite(b, "The second scores", 1))
    below = np.searchsorted(right, left, side="left") + np.searchsorted(right, left, side="right")
    return float(below.mean() / (2 * len(right)))


def almost_stochastic_order(
    a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95, n_resamples: int = 1000, seed: int = 0
) -> Dominance:
    """Bound how far the first candidate is from being better than the second at every quantile.

    Del Barrio, Cuesta-Albertos & Matrán 2018 (arXiv:1705.01788), equations 2 and 11; for neural networks Dror, Shlomov &
    Reichart, ACL 2019, section 4.

    Departs: the integral over quantiles is computed exactly, since empirical quantile functions are steps.

    Args:
        a: scores of the first, higher is better, [seeds].
        b: scores of the second, [other seeds].
        confidence: of the bound, in (0, 1).
        n_resamples: bootstrap resamples for its standard error.
        seed: of these resamples.

    Returns:
        Both numbers. Distributions that are equal have the violation 0.5: neither is better.

    Raises:
        InputError: there are fewer than two scores of either, one is NaN or infinite, or the confidence is out of range.
    """
    left, right = finite(a, "The first scores", 1), finite(b, "The second scores", 1)
    n, m = len(left), len(right)
    if min(n, m) < 2:
        raise InputError(
            f"Almost stochastic order needs at least two scores of each candidate, and these have {n} and {m}.",
            "statistics-too-few",
        )
    if not 0 < confidence < 1:
        raise InputError(f"The confidence lies between 0 and 1, not at {confidence:g}.", "statistics-level")
    rng = np.random.default_rng(seed)
    violation = float(_violation(left[None], right[None])[0])
    resampled = _violation(rng.choice(left, (n_resamples, n)), rng.choice(right, (n_resamples, m)))
    scale = math.sqrt(n * m / (n + m))
    error = float(np.std(scale * (resampled - violation))) / scale
    bound = violation + error * float(norm.ppf(confidence))
    return Dominance(violation, min(1.0, bound))


def _violation(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ∫ over quantiles where b > a of (b − a)² as part of ∫ (b − a)², [samples], for samples [samples, seeds]."""
    n, m = a.shape[1], b.shape[1]
    # Whole numbers of 1/(n·m), so that steps of both that fall together are one.
    edges = np.unique(np.concatenate([np.arange(n + 1) * m, np.arange(m + 1) * n]))
    width = np.diff(edges)
    gap = np.sort(b, axis=1)[:, edges[:-1] // n] - np.sort(a, axis=1)[:, edges[:-1] // m]
    total = gap**2 @ width
    worse = np.maximum(gap, 0) ** 2 @ width
    part: NDArray[np.float64] = np.divide(worse, total, out=np.full(len(total), 0.5), where=total > 0)
    return part
