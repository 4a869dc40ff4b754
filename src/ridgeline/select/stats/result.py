"""What a significance test returns, and the checks that all tests share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError


@dataclass(frozen=True, slots=True)
class SignificanceTest:
    """The outcome of a test of a null hypothesis.

    Attributes:
        statistic: what the test computes from the data; which one, its function says.
        p_value: probability of one at least as extreme if the null hypothesis holds, in [0, 1].
    """

    statistic: float
    p_value: float


def finite(values: ArrayLike, what: str, dims: int) -> NDArray[np.float64]:
    """Return values as an array of so many dimensions.

    Args:
        values: numbers or truth values.
        what: what they are, for the error.
        dims: how many dimensions they must have.

    Raises:
        InputError: there is none, they have another number of dimensions, or one is NaN or infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dims or not array.size:
        raise InputError(
            f"{what} must be an array of {dims} dimensions with at least one value, but it has the shape {array.shape}.",
            "statistics-shape",
        )
    if not np.isfinite(array).all():
        first = tuple(int(at) for at in np.argwhere(~np.isfinite(array))[0])
        raise InputError(
            f"{what} has {int((~np.isfinite(array)).sum())} values that are NaN or infinite, the first at {first}."
            " Leave these candidates or examples out first.",
            "statistics-not-finite",
        )
    return array


def paired(
    a: ArrayLike, b: ArrayLike, what: str, least: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two sequences of values that belong together, one by one.

    Raises:
        InputError: their lengths differ, there are fewer than `least`, or a value is NaN or infinite.
    """
    left, right = finite(a, f"The first {what}", 1), finite(b, f"The second {what}", 1)
    if len(left) != len(right) or len(left) < least:
        raise InputError(
            f"Paired {what} need the same length of at least {least}, but these have {len(left)} and {len(right)} values.",
            "statistics-not-paired",
        )
    return left, right


def truth(values: ArrayLike, what: str, dims: int) -> NDArray[np.bool_]:
    """Return values that are 0 or 1 as truth values.

    Raises:
        InputError: as `finite`, and if a value is neither 0 nor 1.
    """
    array = finite(values, what, dims)
    if not np.isin(array, (0.0, 1.0)).all():
        wrong = array[~np.isin(array, (0.0, 1.0))].flat[0]
        raise InputError(
            f"{what} says of each example whether it is correct, 0 or 1, but it has the value {wrong:g}.",
            "statistics-not-boolean",
        )
    return array.astype(np.bool_)
