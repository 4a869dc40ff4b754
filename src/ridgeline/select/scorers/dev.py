"""Deep embedded validation: an importance-weighted risk with a control variate."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Floats, at_least, features, labels, probabilities, same_count
from ridgeline.select.scorers.density_ratio import classifier_log_ratios, overlap
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given

LEAST_PROBABILITY = 1e-15
"""A true class given less counts as given this: its loss is 34.5 and not infinite; the value in skada."""
LEAST_SPREAD = 1e-9
"""Standard deviation of weights, as a part of their mean, below which they differ by rounding alone."""
LARGEST_LOG_WEIGHT = 300.0
"""Keeps weights and their squares finite."""


def dev(
    source: ArrayLike,
    source_labels: ArrayLike,
    source_features: ArrayLike,
    target_features: ArrayLike,
    train_features: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Score by minus the risk mean(wℓ) + η mean(w) − η with η = −cov(wℓ, w)/var(w); higher is better.

    ℓ_i = −ln p_i,y and w_i = (N/N_T) P(T|z_i)/P(S|z_i) of held-out source examples, with a domain classifier trained
    on N source training examples and the N_T target examples. You et al. 2019, "Towards accurate model selection in
    deep unsupervised domain adaptation" (ICML), section 4.

    Departs:
        Without `train_features` the domain classifier is trained on the held-out examples themselves.

    Args:
        source: probabilities p of held-out source examples, [candidates, source examples, classes].
        source_labels: [source examples].
        source_features: [candidates, source examples, dims].
        target_features: [candidates, target examples, dims].
        train_features: of source examples that were trained on, [candidates, training examples, dims].

    Returns:
        [candidates], any number; NaN where the domains hardly overlap, as in `importance`.

    Raises:
        InputError: the arrays do not fit each other, or hold what cannot be.
    """
    p = probabilities(source, "source").astype(np.float64)
    z_source, z_target = features(source_features, "source"), features(target_features)
    z_train = z_source if train_features is None else features(train_features, "training")
    y = labels(source_labels, p.shape[1], p.shape[2])
    at_least(len(y), 2, "a covariance")
    for name, z in (("held-out source", z_source), ("target", z_target), ("training", z_train)):
        same_count(f"candidates with {name} features", len(z), "with source probabilities", len(p))
        same_count(f"dims of the {name} features", z.shape[2], "of the source features", z_source.shape[2])
    same_count("source examples with features", z_source.shape[1], "with probabilities", len(y))
    losses = -np.log(np.maximum(p[:, np.arange(len(y)), y], LEAST_PROBABILITY))
    return np.array([_score(*four) for four in zip(z_train, z_target, z_source, losses, strict=True)])


def _score(train: Floats, target: Floats, held_out: Floats, losses: NDArray[np.float64]) -> float:
    logs = classifier_log_ratios(train, target, held_out)
    if not overlap(logs):
        return float("nan")
    return -weighted_risk(np.exp(np.minimum(logs, LARGEST_LOG_WEIGHT)), losses)


def weighted_risk(w: NDArray[np.float64], losses: NDArray[np.float64]) -> float:
    """Return mean(wℓ) + η mean(w) − η; weights w and losses ℓ, both [examples]; equal weights control nothing: η = 0."""
    weighted = w * losses
    off = w - w.mean()
    variance = off @ off
    varies = variance > len(w) * (LEAST_SPREAD * w.mean()) ** 2
    eta = -(off @ (weighted - weighted.mean())) / variance if varies else 0.0
    return float(weighted.mean() + eta * w.mean() - eta)


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return dev(
        given(outputs.source_probabilities),
        given(outputs.source_labels),
        given(outputs.source_features),
        given(outputs.target_features),
        outputs.train_features,
    )


SCORER = Scorer(
    name="dev",
    title="Deep embedded validation",
    paper="You et al. 2019, ICML",
    needs=frozenset({"source_probabilities", "source_labels", "source_features", "target_features"}),
    compute=_compute,
)
