"""RankMe: how many dimensions the features really use."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import features
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given

EPSILON = 1e-7
"""Added to each share, as in equation 1 of the paper."""


def rankme(target: ArrayLike) -> NDArray[np.float64]:
    """Score by exp(−Σ q ln q) with q = σ/Σσ + 1e-7 over the singular values σ of the features; higher is better.

    Garrido et al. 2023 (arXiv:2210.02885), equation 1. The features are not centred.
    It depends on the number of examples where they are few: compare candidates on the same ones.

    Args:
        target: features, [candidates, examples, dims].

    Returns:
        [candidates], from 1 to min(examples, dims), up to the 1e-7; NaN where all features are 0.

    Raises:
        InputError: a feature is not finite.
    """
    x = features(target).astype(np.float64)
    # R of QR has the same singular values as x and is only dims × dims.
    square = np.linalg.qr(x, mode="r") if x.shape[1] > x.shape[2] else x
    sigma = np.linalg.svd(square, compute_uv=False)
    totals = sigma.sum(axis=1, keepdims=True)
    q = sigma / np.where(totals > 0, totals, np.nan) + EPSILON
    result: NDArray[np.float64] = np.exp(-(q * np.log(q)).sum(axis=1))
    return result


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return rankme(given(outputs.target_features))


SCORER = Scorer(
    name="rankme",
    title="RankMe",
    paper="Garrido et al. 2023, arXiv:2210.02885",
    needs=frozenset({"target_features"}),
    compute=_compute,
)
