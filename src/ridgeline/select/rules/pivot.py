"""Choose by the dev set of one pivot: a task with labels that is like the target."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules.evidence import Evidence, Rule


def pivot_rule(pivot: str) -> Rule:
    """Return the rule that trusts one pivot, such as `nl` for the target `de`: Pivot-Dev of Chen & Ritter 2021, section 5.1."""

    def score(evidence: Evidence) -> NDArray[np.float64]:
        if pivot == evidence.target:
            raise InputError(
                f"The target {pivot!r} cannot be its own pivot: that would be choosing by its labels. Name another task.",
                "target-as-pivot",
            )
        return evidence.dev.column(pivot).copy()

    return Rule(f"pivot:{pivot}", f"best on the dev set of {pivot}", "Chen & Ritter 2021, section 5.1", score)


def central_pivot(pivots: NDArray[np.float64]) -> int:
    """Return the pivot whose order of the candidates agrees most with those of the other pivots.

    Args:
        pivots: dev scores, [candidates, pivots], at least one of each; candidates with a NaN do not count.

    Returns:
        The column with the highest mean Spearman correlation to the others; the first of those that tie.
    """
    known = pivots[~np.isnan(pivots).any(axis=1)]
    if pivots.shape[1] == 1 or len(known) < 2:
        return 0
    ranks = np.stack([_ranks(column) for column in known.T], axis=1) - (len(known) + 1) / 2
    length = np.sqrt((ranks**2).sum(axis=0))
    cosines = (ranks.T @ ranks) / np.maximum(np.outer(length, length), np.finfo(np.float64).tiny)
    np.fill_diagonal(cosines, 0.0)
    return int(cosines.sum(axis=1).argmax())


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places from 1, [candidates]; those that tie share the mean of theirs. SciPy's is not needed for this."""
    _, level, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[level]
    return ranks


def _central(evidence: Evidence) -> NDArray[np.float64]:
    if not evidence.pivots:
        raise InputError(
            "A pivot is a task with labels beside source and target, and there is none.", "no-pivots"
        )
    columns = evidence.dev.columns(evidence.pivots)
    return columns[:, central_pivot(columns)].copy()


CENTRAL_PIVOT = Rule(
    "central-pivot",
    "best on the pivot that agrees most with the other pivots",
    "Ridgeline; a baseline",
    _central,
)
