"""Route every example to one candidate, and say what that is worth against one candidate for all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.routing.predict import Predictor, predicted_losses
from ridgeline.select.stats.resample import PairedBootstrap, paired_bootstrap
from ridgeline.select.stats.result import finite


@dataclass(frozen=True, slots=True)
class Routed:
    """Examples sent to candidates, and what that is worth.

    Attributes:
        chosen: candidate of each example, [examples].
        regret: loss of the chosen candidate minus the least loss of any, [examples].
        loss: mean loss of the chosen candidates.
        cost: mean cost of the chosen candidates.
        best_single: the candidate that would be taken for all examples: the one with the least mean of loss + weight × cost.
        single_loss: mean loss of the candidate that the other folds find best for all, which is what routing has to beat.
        single_cost: its mean cost.
        oracle_loss: mean of the least loss of any candidate.
        agreement: share of the examples that went to a candidate with the least loss.
        gain: by how much routing lowers loss + weight × cost against that single candidate, by a paired bootstrap over examples.
    """

    chosen: NDArray[np.int64]
    regret: NDArray[np.float64]
    loss: float
    cost: float
    best_single: int
    single_loss: float
    single_cost: float
    oracle_loss: float
    agreement: float
    gain: PairedBootstrap


def route(
    features: ArrayLike,
    losses: ArrayLike,
    costs: ArrayLike | None = None,
    *,
    weight: float = 0.0,
    predictor: Predictor = "ridge",
    folds: int = 5,
    seed: int = 0,
) -> Routed:
    """Send each example to the candidate with the least predicted loss + weight × cost.

    Hari & Thomson 2023, "Tryage" (arXiv:2308.11601): argmin_i L̂(x, M_i) + Σ_j λ_j C_j(M_i). What an example's candidate is, is
    learned from other folds alone, and so is the single candidate it is compared with.

    Args:
        features: [examples, dims], known before any candidate is run.
        losses: of the candidates, lower is better, [examples, candidates].
        costs: what running a candidate costs, [candidates], in any unit; None: nothing. Several costs are added up beforehand.
        weight: λ, loss that one unit of cost is worth, 0 or more.
        predictor: as in `predicted_losses`.
        folds: as there.
        seed: of the folds and of the bootstrap.

    Returns:
        Of candidates that tie the cheapest is chosen, then the first.

    Raises:
        InputError: the arrays do not fit each other, a value is NaN or infinite, or the weight is negative.
    """
    predicted, fold = predicted_losses(features, losses, predictor=predictor, folds=folds, seed=seed)
    y = np.asarray(losses, dtype=np.float64)
    price = check_costs(costs, y.shape[1], weight)
    chosen = choose(predicted, price, weight)
    singles = fold_singles(y, price, weight, fold)
    rows = np.arange(len(y))
    routed, single = y[rows, chosen], y[rows, singles]
    least = y.min(axis=1)
    return Routed(
        chosen=chosen,
        regret=routed - least,
        loss=float(routed.mean()),
        cost=float(price[chosen].mean()),
        best_single=int(choose(y.mean(axis=0)[None], price, weight)[0]),
        single_loss=float(single.mean()),
        single_cost=float(price[singles].mean()),
        oracle_loss=float(least.mean()),
        agreement=float((routed == least).mean()),
        gain=paired_bootstrap(-routed - weight * price[chosen], -single - weight * price[singles], seed=seed),
    )


def choose(losses: NDArray[np.float64], costs: NDArray[np.float64], weight: float) -> NDArray[np.int64]:
    """Return the candidate with the least loss + weight × cost; of those that tie the cheapest, then the first.

    Args:
        losses: [examples, candidates].
        costs: [candidates].
        weight: of the costs.
    """
    cheapest_first = np.argsort(costs, kind="stable")
    total = losses[:, cheapest_first] + weight * costs[cheapest_first]
    chosen: NDArray[np.int64] = cheapest_first[total.argmin(axis=1)]
    return chosen


def fold_singles(
    losses: NDArray[np.float64], costs: NDArray[np.float64], weight: float, fold: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return, for each example, the candidate that is best on the other folds, [examples]."""
    singles = np.empty(len(losses), np.int64)
    for one in np.unique(fold):
        out = fold == one
        singles[out] = choose(losses[~out].mean(axis=0)[None], costs, weight)[0]
    return singles


def check_costs(costs: ArrayLike | None, candidates: int, weight: float) -> NDArray[np.float64]:
    """Return what each candidate costs, [candidates].

    Raises:
        InputError: not one cost a candidate, one is NaN or infinite, or the weight is negative.
    """
    price = np.zeros(candidates) if costs is None else finite(costs, "The costs", 1)
    if len(price) != candidates or not 0 <= weight < np.inf:
        raise InputError(
            f"There are {candidates} candidates, {len(price)} costs, and a weight of {weight:g}; one cost a candidate is needed,"
            " and a weight of 0 or more.",
            "routing-costs",
        )
    return price
