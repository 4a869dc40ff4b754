"""Choose by the mean over tasks that have labels and are not the target."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules.evidence import Rule
from ridgeline.select.scores import Scores


def mean_pivot_dev(dev: Scores, pivots: Sequence[str]) -> NDArray[np.float64]:
    """Score candidates by the mean over the dev sets of pivots: labelled tasks that are not the target.

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
    return dev.mean(pivots)


MEAN_PIVOTS = Rule(
    "mean-pivots",
    "best on average over the pivots' dev sets",
    "all-pivots baseline of Chen & Ritter 2021",
    lambda evidence: mean_pivot_dev(evidence.dev, evidence.pivots),
)
