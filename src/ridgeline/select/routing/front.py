"""Quality against cost: what routing reaches as cost counts more and more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.routing.predict import Predictor, predicted_losses
from ridgeline.select.routing.route import check_costs, choose

WEIGHTS = 200
"""Weights that are tried at most; between two neighbours at most a few examples change their candidate."""


@dataclass(frozen=True, slots=True)
class Front:
    """Mean loss and cost of routing at several weights of cost, and of each candidate alone.

    Attributes:
        weights: ascending, [points].
        loss: mean loss at each weight, [points].
        cost: mean cost at each weight, [points].
        best: whether no other point, nor a candidate alone, is at least as good in both and better in one, [points].
        single_loss: mean loss of each candidate alone, [candidates].
        single_cost: its cost, [candidates].
        single_best: whether nothing is at least as good in both and better in one, [candidates].
    """

    weights: NDArray[np.float64]
    loss: NDArray[np.float64]
    cost: NDArray[np.float64]
    best: NDArray[np.bool_]
    single_loss: NDArray[np.float64]
    single_cost: NDArray[np.float64]
    single_best: NDArray[np.bool_]


def pareto_front(
    features: ArrayLike,
    losses: ArrayLike,
    costs: ArrayLike,
    *,
    predictor: Predictor = "ridge",
    folds: int = 5,
    seed: int = 0,
) -> Front:
    """Route at every weight of cost that makes a difference, from 0 to where all examples go to the cheapest candidate.

    Hari & Thomson 2023, "Tryage" (arXiv:2308.11601), draw the same from a sweep over λ. Losses are predicted once.

    Args:
        features: as in `route`.
        losses: as there.
        costs: as there, [candidates].
        predictor: as there.
        folds: as there.
        seed: of the folds.

    Raises:
        InputError: as there.
    """
    predicted, _ = predicted_losses(features, losses, predictor=predictor, folds=folds, seed=seed)
    y = np.asarray(losses, dtype=np.float64)
    price = check_costs(costs, y.shape[1], 0)
    weights = _turning_points(predicted, price)
    rows = np.arange(len(y))
    chosen = np.stack([choose(predicted, price, weight) for weight in weights])
    loss, cost = y[rows, chosen].mean(axis=1), price[chosen].mean(axis=1)
    single = y.mean(axis=0)
    best = undominated(np.concatenate([loss, single]), np.concatenate([cost, price]))
    return Front(weights, loss, cost, best[: len(weights)], single, price, best[len(weights) :])


def undominated(loss: NDArray[np.float64], cost: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points are such that none is at least as good in both and better in one, [points]; equal ones all are."""
    as_good = (loss[None] <= loss[:, None]) & (cost[None] <= cost[:, None])
    better = (loss[None] < loss[:, None]) | (cost[None] < cost[:, None])
    return np.logical_not((as_good & better).any(axis=1))


def _turning_points(predicted: NDArray[np.float64], costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights between those at which an example may change from one candidate to a cheaper one, and 0."""
    dearer, cheaper = np.nonzero(costs[:, None] > costs[None, :])
    saved = costs[dearer] - costs[cheaper]
    lost = predicted[:, cheaper] - predicted[:, dearer]
    turns = np.unique((lost / saved)[lost > 0])
    if not len(turns):
        return np.zeros(1)
    kept = np.unique(np.linspace(0, len(turns) - 1, min(WEIGHTS - 1, len(turns))).round().astype(int))
    # Past a turn, not on it: there the cheaper candidate is chosen already.
    return np.concatenate([[0.0], np.nextafter(turns[kept], np.inf) * (1 + 1e-12)])
