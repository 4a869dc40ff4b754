"""Reverse validation: train on the target's predictions, look back at the source's labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Ints, labels, predictions, same_count
from ridgeline.select.scorers.outputs import Fit, Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def reverse_validation(
    target: ArrayLike,
    target_inputs: NDArray[Any],
    source_inputs: NDArray[Any],
    source_labels: ArrayLike,
    fit: Sequence[Fit],
) -> NDArray[np.float64]:
    """Score by the balanced accuracy on the source of a model trained on the target's predictions; higher is better.

    Bruzzone & Marconcini 2010, "Domain adaptation problems: a DASVM classification technique and a circular
    validation strategy". Each candidate is trained once more, on as many examples as the target has.
    A candidate that predicts one class for all of the target is not trained: it would predict that class.

    Args:
        target: predicted classes, [candidates, target examples].
        target_inputs: [target examples, …].
        source_inputs: [source examples, …].
        source_labels: [source examples].
        fit: one function a candidate, that trains with the candidate's hyper-parameters.

    Returns:
        [candidates], from 0 to 1: the mean over classes of the share that is found.

    Raises:
        InputError: the arrays do not fit each other, or hold what cannot be.
    """
    classes = predictions(target)
    y = labels(source_labels, len(source_inputs))
    same_count("candidates to train", len(fit), "with predictions", len(classes))
    same_count("target inputs", len(target_inputs), "target predictions", classes.shape[1])
    scores = np.empty(len(classes))
    for candidate, (train, pseudo) in enumerate(zip(fit, classes, strict=True)):
        one_class = (pseudo == pseudo[0]).all()
        back = np.full(len(y), pseudo[0]) if one_class else train(target_inputs, pseudo)(source_inputs)
        scores[candidate] = _balanced_accuracy(predictions(back[None], "source")[0], y)
    return scores


def _balanced_accuracy(predicted: Ints, y: Ints) -> float:
    same_count("predictions of a trained model", len(predicted), "source examples", len(y))
    return float(np.mean([(predicted[y == one] == one).mean() for one in np.unique(y)]))


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return reverse_validation(
        outputs.target_classes(),
        given(outputs.target_inputs),
        given(outputs.source_inputs),
        given(outputs.source_labels),
        given(outputs.fit),
    )


SCORER = Scorer(
    name="reverse-validation",
    title="Reverse validation",
    paper="Bruzzone & Marconcini 2010, IEEE TPAMI 32",
    needs=frozenset({"target_predictions", "target_inputs", "source_inputs", "source_labels", "fit"}),
    compute=_compute,
)
