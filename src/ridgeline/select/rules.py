"""Rules that choose without the target's labels: each gives every candidate a score from the dev sets it may see."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scores import Scores


def source_dev(dev: Scores, source: str) -> NDArray[np.float64]:
    """Score candidates by the dev set of the language they were trained on.

    The usual choice in zero-shot transfer, and often a poor one: Chen & Ritter 2021 (arXiv:2010.06127), section 1.

    Args:
        dev: dev scores, [candidates, tasks].
        source: the task that the candidates were trained on.

    Returns:
        [candidates]; NaN where a candidate lacks the score.
    """
    return dev.column(source).copy()


def mean_pivot_dev(dev: Scores, pivots: Sequence[str]) -> NDArray[np.float64]:
    """Score candidates by the mean over the dev sets of pivots: labelled languages that are not the target.

    Args:
        dev: dev scores, [candidates, tasks].
        pivots: tasks with labels, at least one; the target is not among them.

    Returns:
        [candidates]; NaN where a candidate lacks one of the scores, since means over different tasks do not compare.

    Raises:
        InputError: no pivot is given.
    """
    if not pivots:
        raise InputError("The mean of the pivots needs at least one pivot, and none is given.", "no-pivots")
    mean: NDArray[np.float64] = dev.columns(pivots).mean(axis=1)
    return mean
