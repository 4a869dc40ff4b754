"""Average models by what they are worth."""

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models
from ridgeline.merge.methods.checks import PerModel, per_model, shares
from ridgeline.merge.methods.linear import linear


def weighted_soup(models: Models, weight: PerModel) -> Floats:
    """Return the mean of models with weights from 0 up, so that it is between them.

    Args:
        models: one tensor a model, [*shape] each.
        weight: one a model, such as its dev score; not negative, not all 0.

    Returns:
        [*shape].

    Raises:
        InputError: a weight is negative, or all are 0.
    """
    weights = per_model("weight", weight, len(models))
    if (weights < 0).any() or not weights.any():
        listed = ", ".join(f"{value:g}" for value in weights)
        raise InputError(
            f"The weights of a soup are in [0, ∞) and not all 0; they are {listed}. With negative ones, use linear.",
            "merge-parameter",
        )
    return linear(models, weights.tolist())


def softmax_weights(scores: PerModel, temperature: float) -> list[float]:
    """Return weights that add up to 1 and grow with the scores, [models].

    Args:
        scores: higher is better.
        temperature: above 0; small: the best takes all, large: all alike.

    Returns:
        [models].

    Raises:
        InputError: the temperature is not above 0.
    """
    if not temperature > 0:
        raise InputError(f"temperature is {temperature:g}, and must be in (0, ∞).", "merge-parameter")
    given = np.atleast_1d(np.asarray(scores, np.float64))
    grown = np.exp((given - given.max()) / temperature)
    shares: list[float] = (grown / grown.sum()).tolist()
    return shares


def _steps(target: Target) -> Steps:
    yield from ()
    return weighted_sum(target, shares("weight", target.numbers("weight").tolist(), target.models))


WEIGHTED = Method(
    "weighted",
    "Weighted soup",
    "Wortsman et al., Model soups, ICML 2022, https://arxiv.org/abs/2203.05482",
    _steps,
    (Parameter("weight", per_model=True, low=0.0, about="what the model is worth"),),
    base="none",
)
