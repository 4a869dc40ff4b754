"""Entropy of the target predictions: a sure model is taken for a good one."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Floats, probabilities
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def entropy(target: ArrayLike) -> NDArray[np.float64]:
    """Score by −mean_i H(p_i), in nats; higher is better.

    Morerio et al. 2018 (arXiv:1711.10288): the entropy on the target as the criterion to choose by.
    A model that is sure and wrong, or gives one class to all, scores best: see `mutual_information`.

    Args:
        target: probabilities p, [candidates, examples, classes].

    Returns:
        [candidates], from −ln(classes) to 0.

    Raises:
        InputError: these are no probabilities.
    """
    mean: NDArray[np.float64] = row_entropies(probabilities(target)).mean(axis=1, dtype=np.float64)
    return -mean


def row_entropies(p: Floats) -> Floats:
    """Return the entropy along the last axis, in nats; a probability of 0 adds 0."""
    terms = np.maximum(p, np.finfo(p.dtype).tiny)
    np.log(terms, out=terms)
    terms *= p
    total: Floats = -(terms @ np.ones(p.shape[-1], p.dtype))
    return np.maximum(total, 0, out=total)


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return entropy(given(outputs.target_probabilities))


SCORER = Scorer(
    name="entropy",
    title="Prediction entropy",
    paper="Morerio et al. 2018, arXiv:1711.10288",
    needs=frozenset({"target_probabilities"}),
    compute=_compute,
)
