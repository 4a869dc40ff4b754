"""Average thresholded confidence: the share of target examples surer than a threshold set on the source."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Floats, labels, probabilities, same_count
from ridgeline.select.scorers.entropy import row_entropies
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def atc(source: ArrayLike, source_labels: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """Estimate the target's accuracy by the share of examples with max p ≥ t; higher is better.

    The threshold t has as many source examples below it as the candidate gets wrong: with the confidences sorted, t
    is the one after as many as there are errors. A candidate without a right answer on the source gets 0.
    Garg et al. 2022 (arXiv:2201.04234), ATC-MC.

    Departs:
        The authors' code sets t one confidence lower, with one example too few below it.

    Args:
        source: held-out source probabilities, [candidates, source examples, classes].
        source_labels: [source examples].
        target: probabilities, [candidates, target examples, classes].

    Returns:
        [candidates], from 0 to 1.

    Raises:
        InputError: these are no probabilities, or labels that do not fit them.
    """
    return _estimate(source, source_labels, target, negative_entropy=False)


def atc_entropy(source: ArrayLike, source_labels: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """Estimate the target's accuracy as `atc` does, with −H(p) for the confidence; higher is better.

    Garg et al. 2022 (arXiv:2201.04234), ATC-NE. Arguments, result and errors as of `atc`.
    """
    return _estimate(source, source_labels, target, negative_entropy=True)


def _estimate(
    source: ArrayLike, source_labels: ArrayLike, target: ArrayLike, *, negative_entropy: bool
) -> NDArray[np.float64]:
    p_source, p_target = probabilities(source, "source"), probabilities(target)
    same_count("candidates on the source", len(p_source), "on the target", len(p_target))
    n = p_source.shape[1]
    y = labels(source_labels, n, p_source.shape[2])
    errors = (p_source.argmax(axis=2) != y).sum(axis=1)
    sure_source = np.sort(_confidence(p_source, negative_entropy=negative_entropy), axis=1)
    at_errors = np.take_along_axis(sure_source, np.minimum(errors, n - 1)[:, None], axis=1)[:, 0]
    thresholds = np.where(errors < n, at_errors, np.inf)
    sure = _confidence(p_target, negative_entropy=negative_entropy) >= thresholds[:, None]
    share: NDArray[np.float64] = sure.mean(axis=1)
    return share


def _confidence(p: Floats, *, negative_entropy: bool) -> Floats:
    return -row_entropies(p) if negative_entropy else p.max(axis=2)


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return atc(
        given(outputs.source_probabilities),
        given(outputs.source_labels),
        given(outputs.target_probabilities),
    )


def _compute_entropy(outputs: Outputs) -> NDArray[np.float64]:
    return atc_entropy(
        given(outputs.source_probabilities),
        given(outputs.source_labels),
        given(outputs.target_probabilities),
    )


_NEEDS = frozenset({"source_probabilities", "source_labels", "target_probabilities"})
SCORER = Scorer(
    name="atc",
    title="Average thresholded confidence",
    paper="Garg et al. 2022, arXiv:2201.04234",
    needs=_NEEDS,
    compute=_compute,
)
ENTROPY_SCORER = Scorer(
    name="atc-entropy",
    title="Average thresholded confidence, by negative entropy",
    paper="Garg et al. 2022, arXiv:2201.04234",
    needs=_NEEDS,
    compute=_compute_entropy,
)
