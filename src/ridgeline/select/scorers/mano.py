"""MaNo: the norm of the matrix of predictions."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import probabilities
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def mano(target: ArrayLike) -> NDArray[np.float64]:
    """Score by (mean over examples and classes of p⁴)^¼; higher is better.

    Xie et al. 2024 (arXiv:2405.18979), equation 2 with a norm of order 4.

    Departs:
        The paper turns logits into p by softmax or, where a criterion of the logits says so, by a Taylor series
        (equation 6). Here p is what was recorded.

    Args:
        target: probabilities p, [candidates, examples, classes].

    Returns:
        [candidates], from 1/classes to classes^−¼.

    Raises:
        InputError: these are no probabilities.
    """
    p = probabilities(target)
    squares = (p * p).reshape(len(p), -1)
    totals: NDArray[np.float64] = np.einsum("ci,ci->c", squares, squares, dtype=np.float64)
    result: NDArray[np.float64] = (totals / squares.shape[1]) ** 0.25
    return result


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return mano(given(outputs.target_probabilities))


SCORER = Scorer(
    name="mano",
    title="MaNo",
    paper="Xie et al. 2024, arXiv:2405.18979",
    needs=frozenset({"target_probabilities"}),
    compute=_compute,
)
