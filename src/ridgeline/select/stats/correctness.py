"""Compare classifiers by which examples of one test set they get right."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, chi2, f

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import SignificanceTest, paired, truth

McNemar = Literal["mid-p", "exact", "corrected", "uncorrected"]


def mcnemar(a: ArrayLike, b: ArrayLike, kind: McNemar = "mid-p") -> SignificanceTest:
    """Test whether two classifiers have the same error rate on the same examples.

    McNemar, Psychometrika 12, 1947; the mid-p form: Fagerland, Lydersen & Laake, BMC Med. Res. Methodol. 13:91, 2013,
    which keeps the level nearly always and has more power than the exact form.

    Args:
        a: whether the first classifier is right, [examples], 0 or 1.
        b: the same of the second.
        kind: mid-p and exact use the binomial distribution, and their statistic is the smaller of the two counts of
            examples that one alone gets right; corrected (for continuity, Edwards 1948) and uncorrected use χ² with one
            degree of freedom.

    Returns:
        The test, two-sided. Classifiers that are right on the same examples have the p-value 1.

    Raises:
        InputError: the lengths differ, or a value is neither 0 nor 1.
    """
    paired(a, b, "correctness")
    left, right = truth(a, "The first correctness", 1), truth(b, "The second correctness", 1)
    only_left, only_right = int((left & ~right).sum()), int((right & ~left).sum())
    discordant = only_left + only_right
    if kind in ("mid-p", "exact"):
        fewer = min(only_left, only_right)
        tail = float(binom.cdf(fewer, discordant, 0.5))
        if kind == "mid-p":
            tail -= float(binom.pmf(fewer, discordant, 0.5)) / 2
        return SignificanceTest(float(fewer), min(1.0, 2 * tail))
    if not discordant:
        return SignificanceTest(0.0, 1.0)
    gap = abs(only_left - only_right)
    if kind == "corrected":
        gap = max(0, gap - 1)
    statistic = gap**2 / discordant
    return SignificanceTest(statistic, float(chi2.sf(statistic, 1)))


def cochran_q(correct: ArrayLike) -> SignificanceTest:
    """Test whether several classifiers have the same error rate on the same examples.

    Cochran, Biometrika 37, 1950. With two classifiers this is McNemar's test without correction.

    Args:
        correct: whether a classifier is right, [classifiers, examples], 0 or 1.

    Returns:
        The test; its statistic is Q, of χ² with classifiers − 1 degrees of freedom.
        Classifiers that are right on the same examples have the p-value 1.

    Raises:
        InputError: there is one classifier, or a value is neither 0 nor 1.
    """
    matrix = truth(correct, "The correctness of classifiers", 2).astype(np.float64)
    k = len(matrix)
    _several(k)
    per_classifier, per_example = matrix.sum(axis=1), matrix.sum(axis=0)
    spread = k * per_example.sum() - (per_example**2).sum()
    if not spread:
        return SignificanceTest(0.0, 1.0)
    q = (k - 1) * (k * (per_classifier**2).sum() - per_classifier.sum() ** 2) / spread
    return SignificanceTest(float(q), float(chi2.sf(q, k - 1)))


def f_test(correct: ArrayLike) -> SignificanceTest:
    """Test whether several classifiers have the same accuracy, by a two-way analysis of variance.

    Looney, Pattern Recognition Letters 8, 1988.

    Args:
        correct: whether a classifier is right, [classifiers, examples], 0 or 1.

    Returns:
        The test; its statistic is F with (classifiers − 1) and (classifiers − 1)(examples − 1) degrees of freedom.
        Classifiers that are right on the same examples have the p-value 1.

    Raises:
        InputError: there is one classifier or one example, or a value is neither 0 nor 1.
    """
    matrix = truth(correct, "The correctness of classifiers", 2).astype(np.float64)
    k, n = matrix.shape
    _several(k)
    if n == 1:
        raise InputError("An F test needs at least two examples, and there is one.", "statistics-too-few")
    total = float(((matrix - matrix.mean()) ** 2).sum())
    between = n * float(((matrix.mean(axis=1) - matrix.mean()) ** 2).sum())
    examples = k * float(((matrix.mean(axis=0) - matrix.mean()) ** 2).sum())
    residual = total - between - examples
    if between == 0:
        return SignificanceTest(0.0, 1.0)
    if residual <= np.finfo(np.float64).eps * total:
        return SignificanceTest(float("inf"), 0.0)
    statistic = (between / (k - 1)) / (residual / ((k - 1) * (n - 1)))
    return SignificanceTest(statistic, float(f.sf(statistic, k - 1, (k - 1) * (n - 1))))


def _several(k: int) -> None:
    if k == 1:
        raise InputError(
            "A comparison needs at least two classifiers, and there is one.", "statistics-too-few"
        )
