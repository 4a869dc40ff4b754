"""H-score: how much of the features' variance lies between classes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import at_least, features, labels
from ridgeline.select.scorers.labelled import labelled_rows
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given

RELATIVE_RANK = 1e-10
"""Singular values below this part of the largest count as 0."""


def h_score(target: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """Score by tr(cov(f)⁺ cov(E[f | y])); higher is better.

    Bao et al. 2019, "An information-theoretic approach to transferability in task transfer learning".
    With as many dims as examples it is classes − 1 whatever the features: it needs many more examples than dims.

    Args:
        target: features f of the labelled examples, [candidates, k, dims].
        true: their labels, [k].

    Returns:
        [candidates], from 0 to min(dims, classes − 1); 0 where the features do not vary.

    Raises:
        InputError: a feature is not finite, labels do not fit, or there are fewer than two classes.
    """
    x = features(target).astype(np.float64)
    classes, y = np.unique(labels(true, x.shape[1], whose="target"), return_inverse=True)
    at_least(len(classes), 2, "a comparison of features by labels", of="classes")
    one_hot = (y[:, None] == np.arange(len(classes))) / np.sqrt(np.bincount(y))
    return np.array([_score(one, one_hot) for one in x])


def _score(f: NDArray[np.float64], one_hot: NDArray[np.float64]) -> float:
    """Return one candidate's score: with f = usvᵀ, the squared length of u's projection on the classes.

    cov(f)⁺ = v s⁻² vᵀ and cov(E[f|y]) = fᵀPf, both over n − 1, for the projection P on the classes' means.
    """
    centred = f - f.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    # Centring leaves rounding of the mean's size: what is not above it does not vary.
    floor = max(RELATIVE_RANK * s[0], np.finfo(np.float64).eps * max(f.shape) * float(np.linalg.norm(f)))
    projected = one_hot.T @ u[:, s > floor]
    return float((projected * projected).sum())


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    z = given(outputs.target_features)
    return h_score(z[:, labelled_rows(outputs, z.shape[1])], given(outputs.labels))


SCORER = Scorer(
    name="h-score",
    title="H-score",
    paper="Bao et al. 2019, ICIP",
    needs=frozenset({"target_features", "labelled_rows", "labels"}),
    compute=_compute,
)
