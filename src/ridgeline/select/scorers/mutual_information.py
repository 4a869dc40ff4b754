"""Mutual information of example and predicted class: sure on each example, and of many classes over all."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import probabilities
from ridgeline.select.scorers.entropy import row_entropies
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def mutual_information(target: ArrayLike) -> NDArray[np.float64]:
    """Score by H(mean_i p_i) − mean_i H(p_i), in nats; higher is better.

    Bridle et al. 1991, "Unsupervised classifiers, mutual information and phantom targets"; as a validator
    it is named InfoMax (Musgrave et al. 2022, arXiv:2208.07360).
    It rewards many predicted classes, also where the target truly has few.

    Args:
        target: probabilities p, [candidates, examples, classes].

    Returns:
        [candidates], from 0 to ln(classes); 0 for a single example.

    Raises:
        InputError: these are no probabilities.
    """
    p = probabilities(target)
    overall = row_entropies(p.mean(axis=1, dtype=np.float64))
    difference = overall - row_entropies(p).mean(axis=1, dtype=np.float64)
    information: NDArray[np.float64] = np.maximum(
        difference, 0.0
    )  # H is concave: rounding alone goes below 0
    return information


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return mutual_information(given(outputs.target_probabilities))


SCORER = Scorer(
    name="mutual-information",
    title="Mutual information (InfoMax)",
    paper="Bridle et al. 1991; Musgrave et al. 2022, arXiv:2208.07360",
    needs=frozenset({"target_probabilities"}),
    compute=_compute,
)
