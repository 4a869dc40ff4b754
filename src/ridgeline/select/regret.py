"""What a choice costs: the target score of the chosen candidate against the best one's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Pick:
    """What a rule chooses, and what that is worth on the target.

    Attributes:
        candidate: row of the chosen candidate; the first of those that tie.
        n_tied: how many candidates share the rule's best score, the chosen one included.
        target: target score that the rule can expect: the mean over the candidates that tie.
        oracle: the best target score among all candidates.
        regret: oracle minus target, in the metric's unit, at least 0.
        rank: how many candidates beat the expected target score, plus one.
    """

    candidate: int
    n_tied: int
    target: float
    oracle: float
    regret: float
    rank: int


def pick(rule_scores: NDArray[np.float64], target: NDArray[np.float64]) -> Pick:
    """Let a rule choose and judge the choice by the target.

    A dev set of 250 items has 251 possible accuracies, so ties are the rule with hundreds of candidates; taking
    one of them would report luck. The expectation over the candidates that tie does not depend on their order.

    Args:
        rule_scores: what the rule says of each candidate, higher is better, [candidates]; NaN: the rule cannot say.
        target: the target's score, higher is better, [candidates]; NaN: not evaluated, then never counted.

    Raises:
        InputError: no candidate has both scores.
    """
    known = ~np.isnan(rule_scores) & ~np.isnan(target)
    if not known.any():
        raise InputError(
            f"None of the {len(target)} candidates has both a score by the rule and one on the target.",
            "no-candidates",
        )
    best = rule_scores[known].max()
    tied = np.flatnonzero(known & (rule_scores == best))
    expected = float(target[tied].mean())
    oracle = float(target[~np.isnan(target)].max())
    return Pick(
        candidate=int(tied[0]),
        n_tied=len(tied),
        target=expected,
        oracle=oracle,
        regret=max(0.0, oracle - expected),
        rank=int((target > expected).sum()) + 1,
    )
