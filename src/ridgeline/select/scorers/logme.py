"""LogME: how well a linear model on the features could explain the labels."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import at_least, features, labels
from ridgeline.select.scorers.labelled import labelled_rows
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given

EPSILON = 1e-9
"""Keeps α and β finite where the fit is perfect."""
ITERATIONS = 200
"""Ten suffice for most; where there are more dims than examples, the fixed point is slow to come."""
TOLERANCE = 1e-9
"""Relative change of α/β at which the fixed point counts as found."""


def logme(target: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """Score by the mean over classes of max_α,β ln p(y | F, α, β) / n; higher is better.

    y is 1 for the class and 0 else, p that of Bayesian linear regression with prior precision α and noise precision
    β: y ~ N(0, I/β + FFᵀ/α). You et al. 2021 (arXiv:2102.11005), with the fixed-point iteration of You et al. 2022
    (arXiv:2110.10545). For the choice of a model to fine-tune; features are those before fine-tuning.

    Departs:
        Where dims exceed examples, the authors' code leaves out the (dims − examples) ln α of the determinant; here
        it is counted. That code also stops after 11 rounds and keeps α and β finite by 1e-5: for 12 examples in 30
        dims that was 0.02 and 0.002 off. Classes without an example are left out.

    Args:
        target: features F of the labelled examples, [candidates, k, dims].
        true: their labels, [k].

    Returns:
        [candidates], any number; NaN where all features are 0.

    Raises:
        InputError: a feature is not finite, labels do not fit, or there are fewer than two classes.
    """
    x = features(target).astype(np.float64)
    y = labels(true, x.shape[1], whose="target")
    classes = np.unique(y)
    at_least(len(classes), 2, "a comparison of features by labels", of="classes")
    one_hot = (y[:, None] == classes).astype(np.float64)
    return np.array([_evidence(one, one_hot) for one in x])


def _evidence(f: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return one candidate's score; α, β and what follows are [classes]."""
    n, dims = f.shape
    u, s, _ = np.linalg.svd(f, full_matrices=False)
    if s[0] == 0:
        return float("nan")
    sigma = (s * s)[:, None]
    x2 = (u.T @ y) ** 2
    outside = np.maximum((y * y).sum(axis=0) - x2.sum(axis=0), 0)
    t = np.ones(y.shape[1])
    for _ in range(ITERATIONS):
        gamma = (sigma / (sigma + t)).sum(axis=0)
        m2 = (sigma * x2 / (t + sigma) ** 2).sum(axis=0)
        residual = (x2 * (t / (t + sigma)) ** 2).sum(axis=0) + outside
        alpha = gamma / (m2 + EPSILON)
        beta = (n - gamma) / (residual + EPSILON)
        previous, t = t, alpha / beta
        if (np.abs(t - previous) <= TOLERANCE * previous).all():
            break
    log_determinant = np.log(alpha + beta * sigma).sum(axis=0) + (dims - len(s)) * np.log(alpha)
    total = (
        dims * np.log(alpha) + n * np.log(beta / (2 * np.pi)) - log_determinant - beta * residual - alpha * m2
    )
    return float((total / (2 * n)).mean())


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    z = given(outputs.target_features)
    return logme(z[:, labelled_rows(outputs, z.shape[1])], given(outputs.labels))


SCORER = Scorer(
    name="logme",
    title="LogME",
    paper="You et al. 2021, arXiv:2102.11005",
    needs=frozenset({"target_features", "labelled_rows", "labels"}),
    compute=_compute,
)
