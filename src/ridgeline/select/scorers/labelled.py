"""Accuracy on the target examples that have a label."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.checks import Ints, labels, predictions
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def labelled_accuracy(target: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """Score by the share of labelled examples that are predicted right; higher is better.

    "100-Target" in Chen & Ritter 2021 (arXiv:2010.06127), "few-shot target risk" in Ragab et al. 2023
    (arXiv:2203.08321).
    With k examples there are k + 1 scores, so that many candidates tie; their standard error is about ½/√k.

    Args:
        target: predicted classes of the labelled examples, [candidates, k].
        true: their labels, [k].

    Returns:
        [candidates], from 0 to 1.

    Raises:
        InputError: these are no classes, or there is no label.
    """
    classes = predictions(target)
    share: NDArray[np.float64] = (classes == labels(true, classes.shape[1], whose="target")).mean(axis=1)
    return share


def labelled_rows(outputs: Outputs, examples: int) -> Ints:
    """Return the rows of target examples whose label is known, [k].

    Raises:
        InputError: there is none, one is named twice, or there is no such example.
    """
    rows = np.asarray(outputs.labelled_rows)
    fits = rows.ndim == 1 and rows.dtype.kind in "iu" and len(rows) > 0
    if not fits or rows.min() < 0 or rows.max() >= examples or len(np.unique(rows)) < len(rows):
        raise InputError(
            f"The labelled rows name some of the {examples} target examples, each once, by whole numbers 0 to"
            f" {examples - 1}; given are {rows.size} of type {rows.dtype}, shape {rows.shape}.",
            "labelled-rows",
        )
    return rows.astype(np.int64)


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    classes = outputs.target_classes()
    return labelled_accuracy(classes[:, labelled_rows(outputs, classes.shape[1])], given(outputs.labels))


SCORER = Scorer(
    name="labelled",
    title="Accuracy on the labelled target examples",
    paper="Chen & Ritter 2021, arXiv:2010.06127; Ragab et al. 2023, arXiv:2203.08321",
    needs=frozenset({"target_predictions", "labelled_rows", "labels"}),
    compute=_compute,
)
