"""Adjust p-values of several tests at once."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.stats.result import finite

Adjustment = Literal["bonferroni", "holm", "benjamini-hochberg", "benjamini-yekutieli"]


def adjust_p_values(p_values: ArrayLike, method: Adjustment = "holm") -> NDArray[np.float64]:
    """Adjust p-values so that comparing each with a level holds for all of them together.

    Args:
        p_values: one a test, [tests], each in [0, 1].
        method: bonferroni and holm (Scandinavian Journal of Statistics 6, 1979) bound the probability of any false
            finding; benjamini-hochberg (JRSS B 57, 1995; independent or positively dependent tests) and
            benjamini-yekutieli (Annals of Statistics 29, 2001; any dependence) bound the share of false ones.

    Returns:
        Adjusted p-values in the same order, [tests].

    Raises:
        InputError: a value lies outside [0, 1].
    """
    values = finite(p_values, "The p-values", 1)
    if ((values < 0) | (values > 1)).any():
        wrong = values[(values < 0) | (values > 1)][0]
        raise InputError(f"A p-value lies in [0, 1], and one of these is {wrong:g}.", "statistics-p-value")
    n = len(values)
    order = np.argsort(values, kind="stable")
    place = np.arange(1, n + 1)
    ordered = values[order]
    if method == "bonferroni":
        adjusted = ordered * n
    elif method == "holm":
        adjusted = np.maximum.accumulate(ordered * (n - place + 1))
    else:
        factor = (1 / place).sum() if method == "benjamini-yekutieli" else 1.0
        adjusted = np.minimum.accumulate((ordered * factor * n / place)[::-1])[::-1]
    result = np.empty(n)
    result[order] = np.minimum(adjusted, 1.0)
    return result
