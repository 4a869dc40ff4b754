"""Importance-weighted validation: the source's accuracy, counting most what looks like the target."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Floats, features, labels, predictions, same_count
from ridgeline.select.scorers.density_ratio import classifier_log_ratios, kde_log_ratios, overlap
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given


def importance_weighted(
    source: ArrayLike,
    source_labels: ArrayLike,
    source_features: ArrayLike,
    target_features: ArrayLike,
    log_ratios: Callable[[Floats, Floats, Floats], NDArray[np.float64]] = classifier_log_ratios,
) -> NDArray[np.float64]:
    """Estimate the target's accuracy by Σ w_i [ŷ_i = y_i] / Σ w_i, w = p_T/p_S at held-out source examples; higher is better.

    Sugiyama et al. 2007, "Covariate shift adaptation by importance weighted cross validation". It is right where the
    labels depend on the features alike in both domains, and the source has examples wherever the target has.

    Departs:
        The weights are divided by their sum, as skada does, which costs a little bias and saves much variance.

    Args:
        source: predicted classes of held-out source examples, [candidates, source examples].
        source_labels: [source examples].
        source_features: [candidates, source examples, dims].
        target_features: [candidates, target examples, dims].
        log_ratios: from features of source, target, and examples to ln p_T/p_S at these.

    Returns:
        [candidates], from 0 to 1; NaN where the domains hardly overlap: the weights amount to fewer than two examples,
        or their mean says that less than a tenth of the target lies where the source does.

    Raises:
        InputError: the arrays do not fit each other, or hold what cannot be.
    """
    classes = predictions(source, "source")
    z_source, z_target = features(source_features, "source"), features(target_features)
    y = labels(source_labels, classes.shape[1])
    same_count("candidates with source features", len(z_source), "with source predictions", len(classes))
    same_count("candidates with target features", len(z_target), "with source predictions", len(classes))
    same_count("source examples with features", z_source.shape[1], "with predictions", len(y))
    same_count("dims of the source", z_source.shape[2], "of the target", z_target.shape[2])
    return np.array(
        [
            _weighted(log_ratios(one, other, one), right)
            for one, other, right in zip(z_source, z_target, classes == y, strict=True)
        ]
    )


def _weighted(log_weights: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    if not overlap(log_weights):
        return float("nan")
    weights = np.exp(log_weights - log_weights.max())
    return float(weights @ right / weights.sum())


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return importance_weighted(
        outputs.source_classes(),
        given(outputs.source_labels),
        given(outputs.source_features),
        given(outputs.target_features),
    )


def _compute_kde(outputs: Outputs) -> NDArray[np.float64]:
    return importance_weighted(
        outputs.source_classes(),
        given(outputs.source_labels),
        given(outputs.source_features),
        given(outputs.target_features),
        kde_log_ratios,
    )


_NEEDS = frozenset({"source_predictions", "source_labels", "source_features", "target_features"})
SCORER = Scorer(
    name="importance",
    title="Importance-weighted validation",
    paper="Sugiyama et al. 2007, JMLR 8",
    needs=_NEEDS,
    compute=_compute,
)
KDE_SCORER = Scorer(
    name="importance-kde",
    title="Importance-weighted validation, by kernel densities",
    paper="Sugiyama et al. 2007, JMLR 8",
    needs=_NEEDS,
    compute=_compute_kde,
)
