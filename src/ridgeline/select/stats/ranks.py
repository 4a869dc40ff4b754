"""Compare several candidates over several data sets by their ranks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, f, rankdata, studentized_range, wilcoxon

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import SignificanceTest, finite, paired


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates ranked on each of several data sets, and which of them can be told apart.

    Attributes:
        average_ranks: [candidates], from 1, the best, to the number of candidates.
        friedman: χ² test that all candidates have the same rank on average.
        iman_davenport: the same as an F test, which is less conservative.
        p_values: Nemenyi's p-value of each pair, [candidates, candidates]; 1 on the diagonal.
        critical_difference: how far average ranks must lie apart to differ at the level `alpha`.
        alpha: that level.
        groups: the bars of a critical-difference diagram: each a maximal set of candidates that cannot be told apart,
            as rows of `average_ranks`, best first.
    """

    average_ranks: NDArray[np.float64]
    friedman: SignificanceTest
    iman_davenport: SignificanceTest
    p_values: NDArray[np.float64]
    critical_difference: float
    alpha: float
    groups: tuple[tuple[int, ...], ...]


def rank_candidates(scores: ArrayLike, alpha: float = 0.05) -> Ranking:
    """Rank candidates over data sets, with Friedman's test and Nemenyi's comparison of all pairs.

    Demšar, JMLR 7, 2006, sections 3.2.1 and 3.2.2. Ties share the mean of their ranks, and Friedman's statistic is
    corrected for them (Hollander & Wolfe 1999, equation 7.8).

    Args:
        scores: higher is better, [data sets, candidates]; at least two of each.
        alpha: level of the critical difference, in (0, 1).

    Raises:
        InputError: there are too few data sets or candidates, or a score is NaN or infinite.
    """
    matrix = finite(scores, "The scores", 2)
    n, k = matrix.shape
    if n < 2 or k < 2:
        raise InputError(
            f"Ranks need at least two data sets and two candidates, and the scores have the shape {matrix.shape}.",
            "statistics-too-few",
        )
    if not 0 < alpha < 1:
        raise InputError(f"The level alpha lies between 0 and 1, not at {alpha:g}.", "statistics-level")
    ranks = rankdata(-matrix, axis=1)
    average = ranks.mean(axis=0)
    spread = np.abs(average[:, None] - average[None, :]) / np.sqrt(k * (k + 1) / (6 * n))
    p_values = studentized_range.sf(spread * np.sqrt(2), k, np.inf)
    np.fill_diagonal(p_values, 1.0)
    critical = float(
        studentized_range.ppf(1 - alpha, k, np.inf) / np.sqrt(2) * np.sqrt(k * (k + 1) / (6 * n))
    )
    friedman, iman_davenport = _friedman(ranks)
    return Ranking(average, friedman, iman_davenport, p_values, critical, alpha, _groups(average, critical))


def wilcoxon_signed_rank(a: ArrayLike, b: ArrayLike) -> SignificanceTest:
    """Test whether two candidates do equally well over several data sets.

    Wilcoxon, Biometrics Bulletin 1, 1945; Demšar 2006, section 3.1.3: the ranks of differences of 0 are split evenly.

    Args:
        a: scores of the first, [data sets].
        b: scores of the second on the same data sets.

    Returns:
        The test, two-sided, exact for up to 50 data sets without ties; its statistic is the smaller sum of ranks.
        Equal scores throughout have the p-value 1.

    Raises:
        InputError: the lengths differ, or a score is NaN or infinite.
    """
    left, right = paired(a, b, "scores")
    if (left == right).all():
        return SignificanceTest(len(left) * (len(left) + 1) / 4, 1.0)
    statistic, p_value = wilcoxon(left, right, zero_method="zsplit")
    return SignificanceTest(float(statistic), float(p_value))


def _friedman(ranks: NDArray[np.float64]) -> tuple[SignificanceTest, SignificanceTest]:
    n, k = ranks.shape
    between = n * float(((ranks.mean(axis=0) - (k + 1) / 2) ** 2).sum())
    within = float(((ranks - (k + 1) / 2) ** 2).sum()) / (n * (k - 1))
    if within == 0:  # all candidates tie on all data sets
        return SignificanceTest(0.0, 1.0), SignificanceTest(0.0, 1.0)
    statistic = between / within
    chi = SignificanceTest(statistic, float(chi2.sf(statistic, k - 1)))
    rest = n * (k - 1) - statistic
    if rest <= 1e-9 * statistic:  # the same order on every data set
        return chi, SignificanceTest(float("inf"), 0.0)
    ratio = (n - 1) * statistic / rest
    return chi, SignificanceTest(ratio, float(f.sf(ratio, k - 1, (k - 1) * (n - 1))))


def _groups(average: NDArray[np.float64], critical: float) -> tuple[tuple[int, ...], ...]:
    """Return the maximal runs of candidates, in order of rank, whose ends lie no further apart than is critical."""
    order = np.argsort(average, kind="stable")
    found: list[tuple[int, ...]] = []
    end = 0
    for start in range(len(order)):
        reach = int(np.searchsorted(average[order], average[order[start]] + critical, side="right"))
        if reach > end:
            found.append(tuple(int(at) for at in order[start:reach]))
            end = reach
    return tuple(found)
