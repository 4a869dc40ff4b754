"""Difference of confidences: the source's accuracy less what confidence falls by."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import labels, probabilities, same_count
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def difference_of_confidences(
    source: ArrayLike, source_labels: ArrayLike, target: ArrayLike
) -> NDArray[np.float64]:
    """Estimate the target's accuracy by acc_S − (mean max p_S − mean max p_T); higher is better.

    Guillory et al. 2021 (arXiv:2107.03315), without the regression on calibration sets.

    Args:
        source: held-out source probabilities, [candidates, source examples, classes].
        source_labels: [source examples].
        target: probabilities, [candidates, target examples, classes].

    Returns:
        [candidates]; not cut to 0 … 1, since a cut would make candidates tie.

    Raises:
        InputError: these are no probabilities, or labels that do not fit them.
    """
    p_source, p_target = probabilities(source, "source"), probabilities(target)
    same_count("candidates on the source", len(p_source), "on the target", len(p_target))
    y = labels(source_labels, p_source.shape[1], p_source.shape[2])
    accuracy: NDArray[np.float64] = (p_source.argmax(axis=2) == y).mean(axis=1)
    fall = p_source.max(axis=2).mean(axis=1, dtype=np.float64) - p_target.max(axis=2).mean(
        axis=1, dtype=np.float64
    )
    estimate: NDArray[np.float64] = accuracy - fall
    return estimate


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return difference_of_confidences(
        given(outputs.source_probabilities),
        given(outputs.source_labels),
        given(outputs.target_probabilities),
    )


SCORER = Scorer(
    name="doc",
    title="Difference of confidences",
    paper="Guillory et al. 2021, arXiv:2107.03315",
    needs=frozenset({"source_probabilities", "source_labels", "target_probabilities"}),
    compute=_compute,
)
