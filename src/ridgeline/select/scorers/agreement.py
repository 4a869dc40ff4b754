"""Agreement: how often other candidates predict the same."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Ints, predictions
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer


def agreement(target: ArrayLike) -> NDArray[np.float64]:
    """Estimate accuracy by the mean over the other candidates of the share of examples predicted alike; higher is better.

    Jiang et al. 2022 (arXiv:2106.13799): two runs that differ in the seed alone disagree as often as
    each errs, if their ensemble is calibrated.

    Departs:
        The candidates may differ in more than the seed; then it says who is nearest to all the others, which is an
        estimate of accuracy only as far as they err apart. Give the runs of one configuration to have the theorem.

    Args:
        target: predicted classes, [candidates, examples].

    Returns:
        [candidates], from 0 to 1; NaN for a single candidate.

    Raises:
        InputError: these are no classes.
    """
    matrix = agreements(predictions(target))
    others = len(matrix) - 1
    result: NDArray[np.float64] = (matrix.sum(axis=1) - 1) / (others or np.nan)
    return result


def agreements(classes: Ints) -> NDArray[np.float64]:
    """Return the share of examples that each pair of candidates predicts alike, [candidates, candidates]."""
    candidates, n = classes.shape
    narrow = classes.astype(
        np.min_scalar_type(int(classes.max()))
    )  # bytes compare eight times as fast as words
    matrix = np.eye(candidates)
    for one in range(candidates - 1):
        matrix[one, one + 1 :] = np.count_nonzero(narrow[one + 1 :] == narrow[one], axis=1) / n
    return np.maximum(matrix, matrix.T)


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return agreement(outputs.target_classes())


SCORER = Scorer(
    name="agreement",
    title="Agreement with the other candidates",
    paper="Jiang et al. 2022, arXiv:2106.13799",
    needs=frozenset({"target_predictions"}),
    compute=_compute,
    across=True,
)
