"""Conformal selection by one score that was fixed beforehand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.conformal.checks import calibration, check_rate
from ridgeline.select.stats.multiple import adjust_p_values
from ridgeline.select.stats.result import finite


@dataclass(frozen=True, slots=True)
class Selection:
    """Unlabeled examples for which a claim is made.

    Attributes:
        rows: of the examples selected, ascending; it may be empty.
        p_values: of each example's hypothesis that the claim does not hold, [examples].
        chosen: row of the score that each p-value is by, [examples]; all 0 where there is one score.
        rate: the false discovery rate that holds on average: the expected share, among those selected, of examples for which
            the claim is wrong; 0 where none is selected.
    """

    rows: tuple[int, ...]
    p_values: NDArray[np.float64]
    chosen: NDArray[np.int64]
    rate: float


def conformal_p_values(scores: ArrayLike, good: ArrayLike, unlabeled: ArrayLike) -> NDArray[np.float64]:
    """Return the p-value of the hypothesis that a claim does not hold, for each unlabeled example.

    p = (1 + #{i : the claim fails for i, s_i ≥ s}) / (n + 1), over the n labelled examples with scores s_i: Jin & Candès
    2023 (arXiv:2210.01408), with their clipped score, M·1{the claim holds} − s for a large M.

    Departs:
        Scores that tie count against the claim. The paper breaks ties at random, which gives a little more power; with
        "greater" in place of "greater or equal" the p-values would be too small where scores tie.

    Args:
        scores: of labelled examples, higher where the claim is likelier, [labelled examples].
        good: whether the claim holds, 0 or 1, [labelled examples].
        unlabeled: scores of unlabeled examples, [unlabeled examples].

    Returns:
        [unlabeled examples], from 1 / (n + 1) to 1. It holds that P(p ≤ t and the claim fails) ≤ t if the example is
        exchangeable with the labelled ones: drawn like them, and its score computed as theirs, by a model that saw none of them.

    Raises:
        InputError: the arrays do not fit each other, or a score is NaN or infinite.
    """
    values, holds = calibration(scores, good, 1)
    asked = finite(unlabeled, "The scores of unlabeled examples", 1)
    return (1 + at_least(values[~holds], asked)) / (len(values) + 1)


def conformal_selection(
    scores: ArrayLike, good: ArrayLike, unlabeled: ArrayLike, *, rate: float = 0.1
) -> Selection:
    """Select unlabeled examples for which a claim holds, with a bound on the false discovery rate.

    The procedure of Benjamini & Hochberg on `conformal_p_values`: Jin & Candès 2023 (arXiv:2210.01408), which
    proves that the rate holds in finite samples although the p-values depend on each other.
    The score must be chosen without the labelled examples given here; to choose among several, see `optimized_selection`.

    Args:
        scores: as in `conformal_p_values`.
        good: as there.
        unlabeled: as there.
        rate: the false discovery rate not to exceed, in (0, 1). With few labelled examples nothing can be selected: p-values
            below `rate` × (number selected) / (number of unlabeled examples) do not exist then.

    Raises:
        InputError: as there, or the rate is out of range.
    """
    check_rate(rate)
    p = conformal_p_values(scores, good, unlabeled)
    rows = np.flatnonzero(adjust_p_values(p, "benjamini-hochberg") <= rate)
    return Selection(tuple(int(row) for row in rows), p, np.zeros(len(p), np.int64), rate)


def at_least(values: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many values are at least each threshold, [thresholds]."""
    counts: NDArray[np.int64] = len(values) - np.searchsorted(np.sort(values), thresholds, side="left")
    return counts
