"""LAME: let examples that look alike agree on their classes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.adapt.affinity import Affinity, Apply, affinity
from ridgeline.select.scorers.checks import features, probabilities, same_count

STEPS = 100
"""Rounds after which it stops in any case; most batches need 5 to 20."""
TOLERANCE = 1e-8
"""Fall of the objective, as part of its size, below which it has converged."""
SHORTEST = 1e-6
"""Part of a step below which nothing is gained by shortening it further."""


def lame(
    target: ArrayLike,
    target_features: ArrayLike,
    *,
    kind: Affinity = "knn",
    neighbours: int = 5,
    strength: float = 1.0,
    batch: int | None = None,
) -> NDArray[np.float64]:
    """Adapt each candidate's probabilities q to z, the minimum of Σ_i KL(z_i ‖ q_i) − ½ Σ_ij w_ij z_i·z_j.

    Boudiaf et al. 2022, "Parameter-free online test-time adaptation" (arXiv:2201.05718), solved as there by fixed-point rounds
    z_i ∝ q_i ⊙ exp(Σ_j w_ij z_j) from z = q. Written from these formulas.
    Examples that come in an order, or few classes at a time, gain by it; with all classes mixed evenly it may do harm, and it
    corrects no class prior.

    Departs:
        The objective has a half before its second sum, so that the rounds are those that lower it. A round that would raise
        it, which an affinity with negative eigenvalues ("knn") can bring about, is shortened on the logarithmic scale until
        it does not.

    Args:
        target: probabilities q, [candidates, examples, classes].
        target_features: [candidates, examples, dims].
        kind: affinity W by the candidate's own features, see `affinity`.
        neighbours: nearest others that count, for "knn" and "rbf".
        strength: factor of W, 0 or more; 0 leaves q as it is.
        batch: how many examples that follow each other are adapted together, as they would arrive; None: all at once.

    Returns:
        [candidates, examples, classes]; rows sum to one. A class of probability 0 stays below 1e-300.

    Raises:
        InputError: the arrays do not fit each other or hold what cannot be, or strength, batch or affinity are out of range.
    """
    q, z = probabilities(target), features(target_features)
    same_count("candidates with probabilities", len(q), "with features", len(z))
    same_count("examples with probabilities", q.shape[1], "with features", z.shape[1])
    size = q.shape[1] if batch is None else batch
    if not 0 <= strength < np.inf or size < 1:
        raise InputError(
            f"The strength of the affinity is 0 or more and a batch has at least one example, but they are {strength:g} and"
            f" {size}.",
            "lame-arguments",
        )
    adapted = np.empty(q.shape)
    for candidate in range(len(q)):
        for start in range(0, q.shape[1], size):
            rows = slice(start, start + size)
            apply = affinity(z[candidate, rows], kind, neighbours)
            adapted[candidate, rows] = _settle(q[candidate, rows].astype(np.float64), apply, strength)[0]
    return adapted


def _settle(
    q: NDArray[np.float64], apply: Apply, strength: float
) -> tuple[NDArray[np.float64], tuple[float, ...]]:
    """Return the assignments, [examples, classes], and the objective before and after each round."""
    z = q / q.sum(axis=1, keepdims=True)
    log_z = log_q = np.log(np.maximum(z, np.finfo(np.float64).tiny))
    pull = strength * apply(z)
    values = [_objective(z, log_z, log_q, pull)]
    for _ in range(STEPS):
        step = 1.0
        while True:
            moved = _normal(
                (1 - step) * log_z + step * (log_q + pull)
            )  # mirror descent; LAME's own step is 1
            z, its_pull = np.exp(moved), strength * apply(np.exp(moved))
            value = _objective(z, moved, log_q, its_pull)
            if value <= values[-1] or step <= SHORTEST:
                break
            step /= 2
        if value > values[-1]:
            return np.exp(log_z), tuple(values)
        fall = values[-1] - value
        log_z, pull = moved, its_pull
        values.append(value)
        if fall <= TOLERANCE * max(1.0, abs(value)):
            break
    return np.exp(log_z), tuple(values)


def _objective(
    z: NDArray[np.float64], log_z: NDArray[np.float64], log_q: NDArray[np.float64], pull: NDArray[np.float64]
) -> float:
    return float((z * (log_z - log_q)).sum()) - float((z * pull).sum()) / 2


def _normal(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return logarithms of probabilities, [examples, classes]."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    normal: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normal
