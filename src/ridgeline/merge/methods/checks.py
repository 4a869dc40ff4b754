"""Parameters of methods: what they may be, and an error that names the range where they are not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError

PerModel = float | Sequence[float]


def fraction(name: str, value: float, *, above_zero: bool = False) -> float:
    """Return a value that is in [0, 1], or in (0, 1].

    Raises:
        InputError: it is not, or is no number.
    """
    return within(name, value, 0.0, 1.0, above_low=above_zero)


def within(name: str, value: float, low: float, high: float, *, above_low: bool = False) -> float:
    """Return a value that is in [low, high], or in (low, high].

    Raises:
        InputError: it is not, or is no number.
    """
    inside = low < value <= high if above_low else low <= value <= high
    if not inside:
        raise InputError(
            f"{name} is {value:g}, and must be in {'(' if above_low else '['}{low:g}, {high:g}].",
            "merge-parameter",
        )
    return float(value)


def finite(name: str, value: float) -> float:
    """Return a value that is neither infinite nor NaN.

    Raises:
        InputError: it is.
    """
    if not np.isfinite(value):
        raise InputError(f"{name} is {value}, and must be a finite number.", "merge-parameter")
    return float(value)


def per_model(name: str, value: PerModel, models: int) -> NDArray[np.float64]:
    """Return one finite number for each model; a single number holds for all.

    Raises:
        InputError: there are more or fewer than models, or one is not finite.
    """
    given = np.atleast_1d(np.asarray(value, np.float64))
    if given.shape not in {(1,), (models,)}:
        raise InputError(
            f"{name} has {given.size} values for {models} models. Give one for each model, or one for all.",
            "merge-parameter",
        )
    for number in given:
        finite(name, float(number))
    return np.broadcast_to(given, (models,)).copy()


def fractions(name: str, value: PerModel, models: int) -> NDArray[np.float64]:
    """Return one number in [0, 1] for each model.

    Raises:
        InputError: one is outside, or their count is wrong.
    """
    given = per_model(name, value, models)
    for number in given:
        fraction(name, float(number))
    return given


def shares(name: str, value: PerModel, models: int) -> NDArray[np.float64]:
    """Return the weights of the models divided by their sum.

    Raises:
        InputError: they add up to nothing, or their count is wrong.
    """
    weights = per_model(name, value, models)
    total = weights.sum()
    if abs(total) < 1e-8:
        raise InputError(
            f"The {name}s {', '.join(f'{weight:g}' for weight in weights)} add up to {total:g}, which they cannot be"
            " divided by. Change one, or set normalize to false.",
            "merge-weights-cancel",
        )
    divided: NDArray[np.float64] = weights / total
    return divided
