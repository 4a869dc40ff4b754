"""How far a rule's order of the candidates is that of their target scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import kendalltau, spearmanr

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import paired


@dataclass(frozen=True, slots=True)
class Agreement:
    """Rank correlations in [-1, 1]; NaN where all candidates tie by the rule or on the target.

    Attributes:
        kendall: τ_b, which counts ties as neither agreement nor disagreement (Kendall 1945).
        spearman: ρ.
    """

    kendall: float
    spearman: float


def rank_agreement(rule_scores: ArrayLike, target: ArrayLike) -> Agreement:
    """Correlate what a rule says of candidates with their target scores.

    Args:
        rule_scores: [candidates], at least two.
        target: [candidates].

    Raises:
        InputError: the lengths differ or a score is NaN or infinite.
    """
    rule, true = paired(rule_scores, target, "scores", least=2)
    if np.ptp(rule) == 0 or np.ptp(true) == 0:
        return Agreement(float("nan"), float("nan"))
    return Agreement(float(kendalltau(rule, true).statistic), float(spearmanr(rule, true).statistic))


def ndcg(rule_scores: ArrayLike, gains: ArrayLike, k: int) -> float:
    """Return the normalised discounted cumulative gain of the first k candidates by a rule, in [0, 1].

    Järvelin & Kekäläinen, TOIS 20, 2002, with the discount log₂(1 + place); Chen & Ritter 2021 report it with the gains
    2^score − 1. Candidates that tie share the mean of their gains, so their order does not count.

    Args:
        rule_scores: [candidates].
        gains: what a candidate is worth, at least 0, [candidates].
        k: how many of the first count; more than there are: all.

    Returns:
        NaN if all gains are 0.

    Raises:
        InputError: the lengths differ, a value is NaN or infinite, a gain is negative, or k is below 1.
    """
    rule, worth = paired(rule_scores, gains, "scores")
    if k < 1 or (worth < 0).any():
        raise InputError(
            f"Gains are at least 0 and k at least 1; the least gain is {worth.min():g} and k is {k}.",
            "statistics-gains",
        )
    discount = 1 / np.log2(np.arange(2, min(k, len(rule)) + 2))
    ideal = float(np.sort(worth)[::-1][: len(discount)] @ discount)
    return float(_by_rule(rule, worth)[: len(discount)] @ discount) / ideal if ideal > 0 else float("nan")


def _by_rule(rule: NDArray[np.float64], worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return gains in the rule's order, each the mean over those that tie with it."""
    _, level = np.unique(-rule, return_inverse=True)
    mean = np.bincount(level, worth) / np.bincount(level)
    by_rule: NDArray[np.float64] = mean[np.sort(level)]
    return by_rule
