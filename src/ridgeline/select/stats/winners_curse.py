"""What the best of many noisy scores is worth: the winner's curse, estimated and taken away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.resample import check_resampling, interval, resample_counts
from ridgeline.select.stats.result import finite


@dataclass(frozen=True, slots=True)
class CorrectedBest:
    """The score of the candidate that looks best, without the luck that made it look so.

    Attributes:
        candidate: row of the candidate with the best mean; the first of those that tie.
        naive: its mean score.
        corrected: what the choice is worth on examples that did not take part in it.
        low: lower end of the interval of `corrected`.
        high: its upper end.
    """

    candidate: int
    naive: float
    corrected: float
    low: float
    high: float

    @property
    def bias(self) -> float:
        """By how much the naive score is too high."""
        return self.naive - self.corrected


def corrected_best(
    scores: ArrayLike, *, confidence: float = 0.95, n_resamples: int = 1000, seed: int = 0
) -> CorrectedBest:
    """Estimate what choosing the best candidate is worth, from the scores that it is chosen by.

    Each resample of the examples chooses anew, and its choice is judged by the examples that it has not drawn (BBC):
    Tsamardinos, Greasidou & Borboudakis, Machine Learning 107, 2018, algorithm 5.

    Args:
        scores: higher is better, [candidates, examples]; all candidates on the same examples.
        confidence: of the interval, in (0, 1).
        n_resamples: how many.
        seed: of the resamples.

    Raises:
        InputError: there are fewer than two examples, a score is NaN or infinite, or the confidence is out of range.
    """
    matrix = finite(scores, "The scores", 2)
    n = matrix.shape[1]
    if n < 2:
        raise InputError(
            "A bootstrap over examples needs at least two, and there is one.", "statistics-too-few"
        )
    check_resampling(confidence, n_resamples)
    outside: list[NDArray[np.float64]] = []
    for counts in resample_counts(n, n_resamples, np.random.default_rng(seed)):
        left_out = (counts == 0).astype(np.float64)
        some = left_out.any(axis=1)
        chosen = (counts[some] @ matrix.T).argmax(axis=1)
        sums = np.einsum("re,re->r", left_out[some], matrix[chosen])
        outside.append(sums / left_out[some].sum(axis=1))
    judged = np.concatenate(outside)
    means = matrix.mean(axis=1)
    best = int(means.argmax())
    low, high = interval(judged, confidence)
    return CorrectedBest(best, float(means[best]), float(judged.mean()), low, high)


def shrunk_means(means: ArrayLike, standard_errors: ArrayLike) -> NDArray[np.float64]:
    """Pull the mean scores of candidates towards that of all, each as far as its noise demands.

    Empirical Bayes with a normal prior whose variance is what exceeds that of the noise: Efron & Morris, JASA 70, 1975;
    for unequal errors by the method of moments of DerSimonian & Laird, Controlled Clinical Trials 7, 1986, equation 8.

    Args:
        means: of each candidate, [candidates].
        standard_errors: of these means, at least 0, [candidates].

    Returns:
        [candidates], in the order of size of the given ones where the errors are equal. Candidates that differ no more than
        noise alone would make them all get the same value.

    Raises:
        InputError: the lengths differ, an error is negative, or a value is NaN or infinite.
    """
    values, errors = finite(means, "The means", 1), finite(standard_errors, "The standard errors", 1)
    if len(values) != len(errors) or (errors < 0).any():
        raise InputError(
            f"Each of the {len(values)} means has one standard error of at least 0;"
            f" these are {len(errors)}, the least {errors.min():g}.",
            "statistics-errors",
        )
    if (errors == 0).any():  # what has no noise is not pulled, and the others towards the plain mean
        weight = np.ones(len(values))
    else:
        weight = errors.min() ** 2 / errors**2
    centre = np.average(values, weights=weight)
    between = _between(values, errors, weight, float(centre))
    total = between + errors**2
    centre = np.average(values, weights=1 / total) if (total > 0).all() else centre
    kept = np.divide(between, total, out=np.ones_like(total), where=total > 0)
    pulled: NDArray[np.float64] = centre + kept * (values - centre)
    return pulled


def _between(
    values: NDArray[np.float64], errors: NDArray[np.float64], weight: NDArray[np.float64], centre: float
) -> float:
    """Return the variance between candidates that their noise does not explain, at least 0."""
    spread = float((weight * (values - centre) ** 2).sum())
    noise = float((weight * errors**2).sum() - (weight**2 * errors**2).sum() / weight.sum())
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, (spread - noise) / scale) if scale > 0 else 0.0
