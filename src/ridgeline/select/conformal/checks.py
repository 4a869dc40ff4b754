"""What the selections share: arrays that fit each other, and a rate that can be asked for."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import finite, truth


def check_rate(rate: float) -> None:
    """Refuse a false discovery rate that cannot be asked for.

    Raises:
        InputError: it is not between 0 and 1.
    """
    if not 0 < rate < 1:
        raise InputError(f"The false discovery rate lies between 0 and 1, not at {rate:g}.", "selection-rate")


def calibration(
    scores: ArrayLike, good: ArrayLike, dims: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the scores of labelled examples and whether what is claimed holds for each.

    Args:
        scores: [examples], or [scores, examples] where `dims` is 2.
        good: [examples], 0 or 1.
        dims: of the scores.

    Raises:
        InputError: they do not fit each other, or hold what cannot be.
    """
    values = finite(scores, "The scores of labelled examples", dims)
    holds = truth(good, "What is known of labelled examples", 1)
    if values.shape[-1] != len(holds):
        raise InputError(
            f"There are scores of {values.shape[-1]} labelled examples, but of {len(holds)} it is known whether the claim"
            " holds; both are needed alike.",
            "selection-shape",
        )
    return values, holds
