"""Negative conditional entropy of the labels given the predicted classes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import labels, predictions
from ridgeline.select.scorers.labelled import labelled_rows
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def negative_conditional_entropy(target: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """Score by −H(Y | Z), in nats, of labels Y and predicted classes Z; higher is better.

    Tran et al. 2019 (arXiv:1908.08142). The model's classes need not be those of the labels, nor mean the same: a
    model that is wrong in the same way each time scores best too.

    Args:
        target: predicted classes of the labelled examples, [candidates, k].
        true: their labels, [k].

    Returns:
        [candidates], from −ln(number of labels) to 0.

    Raises:
        InputError: these are no classes, or labels do not fit.
    """
    z = predictions(target)
    _, y = np.unique(labels(true, z.shape[1], whose="target"), return_inverse=True)
    return np.array([_score(one, y) for one in z])


def _score(z: NDArray[np.int64], y: NDArray[np.int64]) -> float:
    _, place = np.unique(z, return_inverse=True)
    counts = np.zeros((place.max() + 1, y.max() + 1))
    np.add.at(counts, (place, y), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    logs = np.log(np.where(counts > 0, shares, 1))
    return float((counts * logs).sum() / len(y))


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    classes = outputs.target_classes()
    rows = labelled_rows(outputs, classes.shape[1])
    return negative_conditional_entropy(classes[:, rows], given(outputs.labels))


SCORER = Scorer(
    name="nce",
    title="Negative conditional entropy",
    paper="Tran et al. 2019, arXiv:1908.08142",
    needs=frozenset({"target_predictions", "labelled_rows", "labels"}),
    compute=_compute,
)
