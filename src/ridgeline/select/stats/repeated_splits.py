"""Compare two candidates that were trained and tested on several splits of the same data."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import f, t

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import SignificanceTest, finite


def corrected_resampled_t(differences: ArrayLike, test_over_train: float) -> SignificanceTest:
    """Test whether two learners do equally well over random splits or folds of one data set.

    The plain t test takes splits for independent although their training sets overlap, and finds far too many
    differences. Nadeau & Bengio, Machine Learning 52, 2003, section 3: t = mean / √(s² (1/J + n_test / n_train)).

    Args:
        differences: score of the first learner minus that of the second, one a split, [splits].
        test_over_train: size of a test set as part of that of its training set, above 0; 1/9 for ten folds;
            0 is the plain paired t test, for splits that share no data.

    Returns:
        The test, two-sided, with splits − 1 degrees of freedom. Differences that are all 0 have the p-value 1.

    Raises:
        InputError: there are fewer than two differences, one is NaN or infinite, or the ratio is negative.
    """
    values = finite(differences, "The differences", 1)
    if len(values) < 2:
        raise InputError("A t test needs at least two differences, and there is one.", "statistics-too-few")
    if not 0 <= test_over_train < math.inf:
        raise InputError(
            f"The size of the test set over that of the training set is at least 0, not {test_over_train:g}.",
            "statistics-ratio",
        )
    scale = math.sqrt(values.var(ddof=1) * (1 / len(values) + test_over_train))
    return _t(float(values.mean()), scale, len(values) - 1)


def five_by_two_t(differences: ArrayLike) -> SignificanceTest:
    """Test whether two learners do equally well, by five repetitions of a two-fold cross-validation.

    Dietterich, Neural Computation 10, 1998, section 3.5.

    Args:
        differences: score of the first learner minus that of the second, [5, 2], a row a repetition.

    Returns:
        The test, two-sided, with 5 degrees of freedom. Its statistic depends on which fold stands first;
        `five_by_two_f` does not.

    Raises:
        InputError: the shape is another, or a difference is NaN or infinite.
    """
    values = _five_by_two(differences)
    return _t(float(values[0, 0]), math.sqrt(values.var(axis=1).sum() * 2 / 5), 5)


def five_by_two_f(differences: ArrayLike) -> SignificanceTest:
    """Test whether two learners do equally well, by all ten differences of five two-fold cross-validations.

    Alpaydın, Neural Computation 11, 1999, equation 2.

    Args:
        differences: score of the first learner minus that of the second, [5, 2], a row a repetition.

    Returns:
        The test; its statistic is F with 10 and 5 degrees of freedom.

    Raises:
        InputError: the shape is another, or a difference is NaN or infinite.
    """
    values = _five_by_two(differences)
    squares, variances = float((values**2).sum()), 2 * float((2 * values.var(axis=1)).sum())
    if squares == 0:
        return SignificanceTest(0.0, 1.0)
    if variances == 0:
        return SignificanceTest(math.inf, 0.0)
    return SignificanceTest(squares / variances, float(f.sf(squares / variances, 10, 5)))


def _five_by_two(differences: ArrayLike) -> NDArray[np.float64]:
    values = finite(differences, "The differences", 2)
    if values.shape != (5, 2):
        raise InputError(
            f"Five repetitions of two folds have differences of the shape (5, 2), not {values.shape}.",
            "statistics-shape",
        )
    return values


def _t(mean: float, scale: float, degrees: int) -> SignificanceTest:
    """Return the two-sided t test of a mean, with the limits where nothing varies."""
    if mean == 0:
        return SignificanceTest(0.0, 1.0)
    if scale == 0:
        return SignificanceTest(math.copysign(math.inf, mean), 0.0)
    return SignificanceTest(mean / scale, 2 * float(t.sf(abs(mean / scale), degrees)))
