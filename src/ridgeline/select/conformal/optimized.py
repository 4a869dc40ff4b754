"""OptCS: conformal selection by the best of several scores, chosen on the very data that calibrates it."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.conformal.checks import calibration, check_rate
from ridgeline.select.conformal.selection import Selection, at_least, conformal_selection
from ridgeline.select.stats.result import finite, truth

Pruning = Literal["homogeneous", "heterogeneous", "none"]


def optimized_selection(
    scores: ArrayLike,
    good: ArrayLike,
    unlabeled: ArrayLike,
    *,
    rate: float = 0.1,
    pruning: Pruning = "homogeneous",
    seed: int = 0,
) -> Selection:
    """Select unlabeled examples for which a claim holds, each by the score that would select most.

    OptCS-MSel of Bai & Jin 2024 (arXiv:2411.17983). To take the score that selects most and then use it as if it had been
    fixed beforehand claims too much. Here each unlabeled example j chooses for itself, with auxiliary p-values in which it
    stands among the labelled examples, so that the choice does not know which of them it is:

        p_l⁽ʲ⁾ = (#{i : V_i ≤ V_l} + 1{V_j ≤ V_l}) / (n + 1) for l ≠ j, and p_j⁽ʲ⁾ = 0,

    with V = −s for an example of which the claim fails or is not known, and V = ∞ where it holds. Its score is the one by which
    Benjamini & Hochberg would select the most, R_j, out of these. With its conformal p-value by that score,
    e_j = 1{p_j ≤ rate·R_j/m} · m / (rate·R_j), and e-BH (Wang & Ramdas 2022) selects, after e_j is divided by a random number.

    Departs:
        Scores that tie count against the claim, as in `conformal_p_values`. Of scores that would select equally many the
        first is taken, not a random one.

    Args:
        scores: of labelled examples by each score, [scores, labelled examples]; higher where the claim is likelier.
        good: whether the claim holds, 0 or 1, [labelled examples]. It is one claim for all scores: with another one for each
            score, such as "this score's own model is right", the choice would betray the label and the rate would not hold.
        unlabeled: of unlabeled examples, [scores, unlabeled examples].
        rate: the false discovery rate not to exceed, in (0, 1).
        pruning: whether e-values are divided by one uniform random number, by one each, or by none. The rate holds for all;
            homogeneous selects most as a rule, none needs no random number and selects least.
        seed: of these numbers. Settle it before looking: choosing among seeds is choosing among results.

    Returns:
        The selection; `p_values` and `chosen` are of each example's own score.

    Raises:
        InputError: the arrays do not fit each other, a score is NaN or infinite, or the rate is out of range.
    """
    check_rate(rate)
    values, holds = calibration(scores, good, 2)
    asked = finite(unlabeled, "The scores of unlabeled examples", 2)
    if len(values) != len(asked):
        raise InputError(
            f"There are {len(values)} scores of labelled examples, but {len(asked)} of unlabeled ones; each score is needed"
            " of both.",
            "selection-shape",
        )
    n, m = values.shape[1], asked.shape[1]
    counts = np.stack([at_least(one[~holds], new) for one, new in zip(values, asked, strict=True)])
    sizes = np.stack([_sizes(-new, count, n, rate) for new, count in zip(asked, counts, strict=True)])
    chosen = sizes.argmax(axis=0)
    size = sizes[chosen, np.arange(m)]
    p = (1 + counts[chosen, np.arange(m)]) / (n + 1)
    shrink = _shrink(pruning, m, seed)
    # e_j / U_j ≥ m / (rate·r) is U_j·R_j ≤ r for those with e_j > 0.
    needed = np.where(p <= rate * size / m, shrink * size, np.inf)
    ordered = np.sort(needed)
    enough = np.flatnonzero(ordered <= np.arange(1, m + 1))
    rows = np.flatnonzero(needed <= enough[-1] + 1) if len(enough) else np.empty(0, np.int64)
    return Selection(tuple(int(row) for row in rows), p, chosen.astype(np.int64), rate)


def split_selection(
    scores: ArrayLike, good: ArrayLike, unlabeled: ArrayLike, *, rate: float = 0.1, seed: int = 0
) -> Selection:
    """Choose the score on one half of the labelled examples, and select with the other half.

    What OptCS is compared with in Bai & Jin 2024; it also holds where each score makes a claim of its own, such as "the model
    of this score is right", since the half that chooses takes no part in the p-values.

    Args:
        scores: [scores, labelled examples], at least two labelled examples.
        good: [labelled examples], or [scores, labelled examples] where each score makes a claim of its own.
        unlabeled: [scores, unlabeled examples].
        rate: the false discovery rate not to exceed, in (0, 1).
        seed: of the halves.

    Returns:
        The selection; `chosen` is the same score for all examples, the first of those that select most.

    Raises:
        InputError: the arrays do not fit each other, a score is NaN or infinite, or the rate is out of range.
    """
    values = finite(scores, "The scores of labelled examples", 2)
    asked = finite(unlabeled, "The scores of unlabeled examples", 2)
    claims = np.asarray(good)
    holds = truth(
        np.broadcast_to(claims, values.shape)
        if claims.ndim == 1 and claims.shape == values.shape[1:]
        else claims,
        "What is known of labelled examples",
        2,
    )
    if holds.shape != values.shape or len(asked) != len(values) or values.shape[1] < 2:
        raise InputError(
            f"Scores of labelled examples have the shape {values.shape}, what is known of these {claims.shape}, scores of"
            f" unlabeled examples {asked.shape}; [scores, two labelled examples or more], the same, and [scores, unlabeled"
            " examples] are needed.",
            "selection-shape",
        )
    order = np.random.default_rng(seed).permutation(values.shape[1])
    first, second = order[: len(order) // 2], order[len(order) // 2 :]
    found = [
        len(conformal_selection(one[first], claim[first], new, rate=rate).rows)
        for one, claim, new in zip(values, holds, asked, strict=True)
    ]
    best = int(np.argmax(found))
    result = conformal_selection(values[best, second], holds[best, second], asked[best], rate=rate)
    return Selection(result.rows, result.p_values, np.full(asked.shape[1], best, np.int64), rate)


def _shrink(pruning: Pruning, m: int, seed: int) -> NDArray[np.float64]:
    if pruning == "none":
        return np.ones(m)
    return np.broadcast_to(np.random.default_rng(seed).random(m if pruning == "heterogeneous" else 1), m)


def _sizes(v: NDArray[np.float64], counts: NDArray[np.int64], n: int, rate: float) -> NDArray[np.int64]:
    """Return how many Benjamini & Hochberg select from the auxiliary p-values of each unlabeled example, [m].

    In the order of v the auxiliary p-values ascend, but for that of j, which is 0 and comes first: those before j move up one
    place and keep their count, those from j on keep their place and count j too. So whether the one at a place passes does
    not depend on j but for the side on which it lies, and the last that passes is a maximum over places: m log m in all.

    Args:
        v: −s of the unlabeled examples by one score, [m].
        counts: of labelled examples with V_i ≤ v, [m].
        n: number of labelled examples.
        rate: the false discovery rate.
    """
    m = len(v)
    order = np.argsort(v, kind="stable")
    counted = counts[order]
    place = np.arange(1, m + 1)
    before = np.where(counted / (n + 1) <= rate * (place + 1) / m, place + 1, 0)
    after = np.where((counted + 1) / (n + 1) <= rate * place / m, place, 0)
    best_before = np.concatenate([[0], np.maximum.accumulate(before)])  # of the first k places
    best_after = np.concatenate([np.maximum.accumulate(after[::-1])[::-1], [0]])  # from the place k on
    # Those that tie with j count j: it takes the first place of its like, the others follow.
    at = np.searchsorted(v[order], v, side="left")
    sizes: NDArray[np.int64] = np.maximum(1, np.maximum(best_before[at], best_after[at + 1]))
    return sizes
