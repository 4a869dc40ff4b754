"""LEEP: how well the labels follow from the classes that a model already knows."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import labels, probabilities
from ridgeline.select.scorers.labelled import labelled_rows
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def leep(target: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """Score by mean_i ln Σ_z P(y_i | z) θ_iz with P(y | z) from the mean of θ_iz over the examples of y; higher is better.

    Nguyen et al. 2020 (arXiv:2002.12462). The model's classes z need not be those of the labels.

    Args:
        target: probabilities θ of the labelled examples, over the model's own classes, [candidates, k, classes].
        true: their labels, [k]; any number of classes.

    Returns:
        [candidates], at most 0.

    Raises:
        InputError: these are no probabilities, or labels do not fit.
    """
    theta = probabilities(target).astype(np.float64)
    y = labels(true, theta.shape[1], whose="target")
    classes, place = np.unique(y, return_inverse=True)
    one_hot = (place[:, None] == np.arange(len(classes))).astype(np.float64)
    joint = one_hot.T @ theta  # [candidates, labels, classes]
    marginal = joint.sum(axis=1, keepdims=True)
    conditional = joint / np.where(marginal > 0, marginal, 1)
    expected = np.einsum("ckz,ckz->ck", conditional[:, place], theta)
    result: NDArray[np.float64] = np.log(expected).mean(axis=1)
    return result


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    p = given(outputs.target_probabilities)
    return leep(p[:, labelled_rows(outputs, p.shape[1])], given(outputs.labels))


SCORER = Scorer(
    name="leep",
    title="LEEP",
    paper="Nguyen et al. 2020, arXiv:2002.12462",
    needs=frozenset({"target_probabilities", "labelled_rows", "labels"}),
    compute=_compute,
)
