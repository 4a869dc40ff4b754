"""What candidates lose on each labelled example."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.checks import labels, predictions, probabilities

Loss = Literal["error", "log"]
LEAST_PROBABILITY = 1e-12
"""Below it −ln p grows no further: one example that a candidate is sure about and wrong must not decide alone."""


def example_losses(outputs: ArrayLike, true: ArrayLike, loss: Loss = "error") -> NDArray[np.float64]:
    """Return each candidate's loss on each example, for `route`.

    Args:
        outputs: probabilities [candidates, examples, classes], or for "error" also predicted classes [candidates, examples].
        true: labels, [examples].
        loss: "error", 0 for right and 1 for wrong; "log", −ln p of the label, at most 27.7.

    Returns:
        [examples, candidates].

    Raises:
        InputError: these are no probabilities or classes, labels do not fit, or "log" has no probabilities.
    """
    array = np.asarray(outputs)
    if loss == "log" and array.ndim == 2:
        raise InputError(
            "The log loss needs probabilities, [candidates, examples, classes], and these are predicted classes.",
            "routing-losses",
        )
    if array.ndim == 2:
        classes = predictions(array, "candidates'")
        y = labels(true, classes.shape[1], whose="labelled")
        return _wrong(classes, y)
    p = probabilities(array, "candidates'")
    y = labels(true, p.shape[1], p.shape[2], "labelled")
    if loss == "error":
        return _wrong(p.argmax(axis=2), y)
    given = np.take_along_axis(p, y[None, :, None], axis=2)[:, :, 0].astype(np.float64)
    logs: NDArray[np.float64] = -np.log(np.maximum(given, LEAST_PROBABILITY)).T
    return logs


def _wrong(classes: NDArray[np.integer], y: NDArray[np.integer]) -> NDArray[np.float64]:
    wrong: NDArray[np.float64] = (classes != y).T.astype(np.float64)
    return wrong
