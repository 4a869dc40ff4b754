"""How probable it is that one candidate is better, as good in practice, or worse."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import finite

_DRAWS = 50_000


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities that sum to one.

    Attributes:
        better: that the first candidate is better by more than the region of practical equivalence.
        equivalent: that the difference lies within that region.
        worse: that the first is worse by more than it.
    """

    better: float
    equivalent: float
    worse: float


def bayesian_correlated_t(differences: ArrayLike, rope: float, test_over_train: float) -> Posterior:
    """Compare two learners over the splits of one data set.

    Corani & Benavoli, Machine Learning 100, 2015; Benavoli et al., JMLR 18, 2017, section 4.1: a Student distribution
    with the mean of the differences and the variance of Nadeau & Bengio.

    Args:
        differences: score of the first minus that of the second, [splits], at least two.
        rope: half the width of the region of practical equivalence, at least 0, in the unit of the scores.
        test_over_train: size of a test set as part of that of its training set; 1/9 for ten folds.

    Raises:
        InputError: there are too few differences, one is NaN or infinite, or rope or ratio is negative.
    """
    values = _check(differences, rope)
    if not 0 <= test_over_train < np.inf:
        raise InputError(
            f"The size of the test set over that of the training set is at least 0, not {test_over_train:g}.",
            "statistics-ratio",
        )
    mean = float(values.mean())
    scale = float(np.sqrt(values.var(ddof=1) * (1 / len(values) + test_over_train)))
    if scale == 0:
        return Posterior(float(mean > rope), float(abs(mean) <= rope), float(mean < -rope))
    worse = float(t.cdf(-rope, len(values) - 1, mean, scale))
    better = float(t.sf(rope, len(values) - 1, mean, scale))
    return Posterior(better, 1 - better - worse, worse)


def bayesian_signed_rank(differences: ArrayLike, rope: float, *, seed: int = 0) -> Posterior:
    """Compare two candidates over several data sets.

    Benavoli et al., ICML 2014; JMLR 18, 2017, section 4.2.2: a Dirichlet process whose prior is one observation of no
    difference; the posterior is of which region holds most of the mean of two differences drawn anew. By Monte Carlo.

    Args:
        differences: mean score of the first minus that of the second, [data sets], at least two.
        rope: half the width of the region of practical equivalence, at least 0.
        seed: of the Monte Carlo draws.

    Returns:
        Probabilities with a standard error of at most 0.0023.

    Raises:
        InputError: there are too few differences, one is NaN or infinite, or rope is negative.
    """
    values = np.concatenate([[0.0], _check(differences, rope)])
    sums = values[:, None] + values[None, :]
    above, below = (sums > 2 * rope).astype(np.float64), (sums < -2 * rope).astype(np.float64)
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(values)), _DRAWS)
    better = np.einsum("di,ij,dj->d", weights, above, weights, optimize=True)
    worse = np.einsum("di,ij,dj->d", weights, below, weights, optimize=True)
    return _shares(better, 1 - better - worse, worse)


def bayesian_sign(differences: ArrayLike, rope: float, *, seed: int = 0) -> Posterior:
    """Compare two candidates over several data sets by the signs of their differences alone.

    Benavoli et al., JMLR 18, 2017, section 4.2.1: a Dirichlet posterior over the three regions; the prior is one observation
    of no difference. By Monte Carlo.

    Args:
        differences: as in `bayesian_signed_rank`.
        rope: as there.
        seed: as there.

    Raises:
        InputError: as there.
    """
    values = _check(differences, rope)
    above, below = int((values > rope).sum()), int((values < -rope).sum())
    counts = np.array([above, len(values) - above - below + 1, below], dtype=np.float64)
    rng = np.random.default_rng(seed)
    drawn = np.zeros((_DRAWS, 3))
    drawn[:, counts > 0] = rng.dirichlet(counts[counts > 0], _DRAWS)
    return _shares(*drawn.T)


def _check(differences: ArrayLike, rope: float) -> NDArray[np.float64]:
    values = finite(differences, "The differences", 1)
    if len(values) < 2:
        raise InputError(
            "A comparison needs at least two differences, and there is one.", "statistics-too-few"
        )
    if not 0 <= rope < np.inf:
        raise InputError(
            f"Half the width of the region of practical equivalence is at least 0, not {rope:g}.",
            "statistics-rope",
        )
    return values


def _shares(
    better: NDArray[np.float64], equivalent: NDArray[np.float64], worse: NDArray[np.float64]
) -> Posterior:
    """Return how often each region is the most probable one; ties go to the equivalence, then to worse."""
    most = np.stack([equivalent, worse, better]).argmax(axis=0)
    share = np.bincount(most, minlength=3) / len(most)
    return Posterior(float(share[2]), float(share[0]), float(share[1]))
