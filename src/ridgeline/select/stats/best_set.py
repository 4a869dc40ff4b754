"""The candidates that cannot be told apart from the best one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.resample import check_resampling, resampled_means
from ridgeline.select.stats.result import finite

# Standard errors below this part of a score's size are rounding: there the candidates differ by a constant.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ConfidenceSet:
    """Candidates among which the best one is, at the confidence asked for.

    Attributes:
        members: rows of the candidates that remain, ascending.
        p_values: [candidates]; a candidate is a member if its p-value exceeds 1 − confidence. The last one to remain has 1.
        order: rows of the candidates in the order in which they were left out, the last one to remain at the end.
    """

    members: tuple[int, ...]
    p_values: NDArray[np.float64]
    order: tuple[int, ...]


def model_confidence_set(
    scores: ArrayLike, *, confidence: float = 0.95, n_resamples: int = 2000, seed: int = 0
) -> ConfidenceSet:
    """Leave out candidates, the worst first, until those that remain cannot be told apart.

    Hansen, Lunde & Nason, Econometrica 79, 2011: the test T_max of section 3.1.2 with its rule e_max, on resampled examples.

    Departs: examples are independent, so single ones are resampled, not blocks.

    Args:
        scores: higher is better, [candidates, examples]; all candidates on the same examples.
        confidence: probability that the set has the best candidate, in (0, 1).
        n_resamples: bootstrap resamples.
        seed: of the resamples.

    Returns:
        The set; it has at least one member. Candidates whose scores are equal throughout leave or stay together.

    Raises:
        InputError: there are fewer than two examples, a score is NaN or infinite, or the confidence is out of range.
    """
    matrix = finite(scores, "The scores", 2)
    k, n = matrix.shape
    if n < 2:
        raise InputError(
            "A confidence set needs at least two examples, and there is one.", "statistics-too-few"
        )
    check_resampling(confidence, n_resamples)
    means = matrix.mean(axis=1)
    noise = (
        resampled_means(matrix, n_resamples, np.random.default_rng(seed)) - means
    )  # [resamples, candidates]
    left = np.arange(k)
    order: list[int] = []
    p_values = np.ones(k)
    reached = 0.0
    while len(left) > 1:
        behind = means[left].mean() - means[left]
        wobble = noise[:, left].mean(axis=1)[:, None] - noise[:, left]
        error = wobble.std(axis=0)
        floor = _ROUNDING * max(1.0, float(np.abs(means).max()))
        statistic = _ratio(behind, error, floor)
        worst = float(statistic.max())
        resampled = _ratio(wobble, error, floor).max(axis=1)
        reached = max(reached, float((resampled >= worst).mean()))
        leaving = left[statistic >= worst]
        if len(leaving) == len(left):
            break
        p_values[leaving] = reached
        order += leaving.tolist()
        left = np.setdiff1d(left, leaving)
    order += left.tolist()
    members = tuple(int(row) for row in np.flatnonzero(p_values > 1 - confidence))
    return ConfidenceSet(members, p_values, tuple(order))


def _ratio(value: NDArray[np.float64], error: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    """Return value / error; where nothing varies, ±∞ for a value and 0 for none."""
    constant = np.where(np.abs(value) <= floor, 0.0, np.copysign(np.inf, value))
    return np.where(error <= floor, constant, value / np.where(error <= floor, 1.0, error))
